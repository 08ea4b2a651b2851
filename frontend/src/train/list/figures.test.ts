import { expect, test } from "vitest";
import type { Run } from "../../api/types";
import { bestEpochText, figureOf, timeText } from "./figures";

const lead = { key: "mae", title: "MAE", format: "number", better: "lower" };
const shared = { key: "rmse", title: "RMSE", format: "number", better: "lower" };
const run = { lead, best: 30, metrics: null } as unknown as Run;

test("a figure stands under the shared name, or bears its own", () => {
  const { text, own, name } = figureOf({ ...run, shared: 70 }, shared);
  expect([text, own, name]).toEqual(["70.00", null, "Validation RMSE at the best epoch"]);
  expect(figureOf({ ...run, shared: null }, shared)).toMatchObject({ text: "30.00", own: "MAE" });
  expect(figureOf({ ...run, best: null, shared: null }, shared)).toMatchObject({ text: "—", own: null });
});

test("the best epoch names the run that it is of, where that is the one before", () => {
  const ended = { ...run, best_of: null, metrics: { best_epoch: 1068 } } as Run;
  expect(bestEpochText(ended)).toBe("1,068");
  expect(bestEpochText({ ...ended, best_of: { number: 3, epoch: 1068 } })).toBe("1,068 of run 3");
  expect(bestEpochText(run)).toBe("—");
});

test("a run that trains says how long it still takes, one that saves how long it took so far, a paused one nothing", () => {
  const live = { state: "running", started: "2026-01-01T12:00:00Z", progress: { eta_seconds: 41 } };
  const now = Date.parse("2026-01-01T12:00:09Z");
  const said = (phase: string, state = "running") =>
    timeText({ ...live, state, progress: { ...live.progress, phase } } as unknown as Run, now);
  expect([said("training"), said("saving"), said("paused", "paused")]).toEqual(["41 s left", "9.0 s", "—"]);
});
