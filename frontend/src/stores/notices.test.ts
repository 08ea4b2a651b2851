import { beforeEach, expect, test } from "vitest";
import type { Notice } from "../api/types";
import { noticeLine, noticeTitle, takeNews, useTelling } from "./notices";

const now = Date.parse("2026-01-01T12:00:00Z");
const notice: Notice = {
  run: 7,
  number: 3,
  name: "wider",
  project: 1,
  project_name: "Iris",
  state: "finished",
  reason: "stopped_early",
  problem: null,
  lead: { key: "accuracy", title: "Accuracy", format: "percent", better: "higher" },
  best: 0.9467,
  best_of: null,
  own_best: null,
  finished: "2026-01-01T11:59:50Z",
};

beforeEach(() => useTelling.setState({ told: [] }));

test("an end is told once, also after a reload", () => {
  expect(takeNews([notice], now)).toEqual([notice]);
  expect(takeNews([notice], now)).toEqual([]);
  expect(JSON.parse(localStorage.getItem("netloom.notices") ?? "{}").state.told).toHaveLength(1);
});

test("a run that goes on and ends again is news again", () => {
  takeNews([notice], now);
  const again = { ...notice, finished: "2026-01-01T11:59:59Z" };
  expect(takeNews([again], now)).toEqual([again]);
});

test("what ended while one was away is no news", () => {
  expect(takeNews([{ ...notice, finished: "2026-01-01T09:00:00Z" }], now)).toEqual([]);
});

test("the news say which run and what came of it", () => {
  expect(noticeTitle(notice)).toBe("Run 3, wider, has ended");
  expect(noticeLine(notice)).toBe("Stopped early; validation accuracy 94.67%");
  const own_best = { epoch: 12, validation: { accuracy: 0.93 } };
  expect(noticeLine({ ...notice, best_of: { number: 2, epoch: 7 }, own_best })).toBe(
    "Stopped early; validation accuracy 94.67%, still that of epoch 7 of run 2; its own best is epoch 12, validation accuracy 93.00%",
  );
  const problem = { code: "x", message: "Memory ran out.", hint: "", where: {} };
  const failed: Notice = { ...notice, name: "Run 3", state: "failed", problem };
  expect([noticeTitle(failed), noticeLine(failed)]).toEqual(["Run 3 failed", "Memory ran out."]);
});
