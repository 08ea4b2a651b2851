import { expect, test } from "vitest";
import type { Run } from "../api/types";
import { earlierRun, epochWords, stillWords } from "./best";

const lead = { key: "mae", title: "MAE", format: "number", better: "lower" };
const own_best = { epoch: 110, validation: { loss: 0.25, mae: 12.3 } };
const run = { lead, best_of: { number: 3, epoch: 68 }, metrics: { own_best } } as unknown as Run;

test("a run that has not beaten the one before says whose best it has, and what its own is", () => {
  expect(stillWords(run)).toBe(
    "The best is still epoch 68 of run 3, and its model is the one kept. This run's own best is epoch 110, validation MAE 12.30.",
  );
  expect(stillWords({ ...run, lead: null })).toMatch(/own best is epoch 110, validation loss 0.2500\.$/);
  expect(stillWords({ ...run, metrics: {} })).toBe(
    "The best is still epoch 68 of run 3, and its model is the one kept.",
  );
  expect([epochWords(run, 68), epochWords(run, 110)]).toEqual(["epoch 68 of run 3", "epoch 110"]);
});

test("a run whose best is its own says nothing of others", () => {
  const better = { ...run, best_of: null };
  expect([stillWords(better), earlierRun(better, 110)]).toEqual([null, null]);
});
