import { expect, test } from "vitest";
import { bestElsewhere, type Checkpoint, checkpointTitle, settingsFrom } from "./checkpoints";

const kept: Checkpoint = {
  name: "step-250",
  epoch: 250,
  step: 250,
  whole: true,
  train: null,
  validation: { loss: 0.2281 },
  best: true,
  bytes: 1,
  settings: { learning_rate: 0.1, epochs: 250 },
};

test("only the best epoch of the run is called the best", () => {
  expect(checkpointTitle(kept, false, 105)).toBe("Epoch 250, the best of those kept: validation loss 0.2281");
  expect(checkpointTitle(kept, true, 250)).toBe("Epoch 250, the newest and the best: validation loss 0.2281");
  const run = { best_of: null };
  expect(bestElsewhere(run, [kept], 105, false)).toContain("The best was epoch 105.");
  const earlier = { best_of: { number: 3, epoch: 105 } };
  expect(bestElsewhere(earlier, [kept], 105, false)).toContain("epoch 105 of run 3");
  expect([bestElsewhere(run, [kept], 250, false), bestElsewhere(run, [kept], 0, false)]).toEqual([
    null,
    null,
  ]);
});

test("of a run that goes on a best epoch after its newest checkpoint may still get one", () => {
  const run = { best_of: null };
  expect(bestElsewhere(run, [kept], 251, true)).toBeNull();
  expect(bestElsewhere(run, [kept], 249, true)).toContain("The best so far was epoch 249.");
});

test("where no epochs are left there are as many again", () => {
  expect(settingsFrom(kept)).toEqual({ learning_rate: 0.1, epochs: 500 });
  expect(settingsFrom({ ...kept, epoch: 68 })).toEqual({ learning_rate: 0.1, epochs: 250 });
});
