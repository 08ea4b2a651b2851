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
  expect(bestElsewhere([kept], 105)).toContain("Epoch 105 was the best");
  expect(bestElsewhere([kept], 250)).toBeNull();
});

test("where no epochs are left there are as many again", () => {
  expect(settingsFrom(kept)).toEqual({ learning_rate: 0.1, epochs: 500 });
  expect(settingsFrom({ ...kept, epoch: 68 })).toEqual({ learning_rate: 0.1, epochs: 250 });
});
