import { beforeEach, expect, test } from "vitest";
import { changeSettings, closeDocument } from "./editor";
import {
  dropAllMistyped,
  keepMistyped,
  leaveMistyped,
  mistypedSentence,
  showsMistyped,
  useMistyped,
} from "./mistyped";
import { startTraining } from "./training";
import { useView } from "./view";

const epochs = { label: "Epochs", text: "", problem: "Enter a number." };
const kept = () => useMistyped.getState().fields;

beforeEach(() => {
  closeDocument();
  dropAllMistyped();
});

test("the sentence names every setting and what was typed", () => {
  expect(mistypedSentence({})).toBeNull();
  expect(
    mistypedSentence({ epochs, batch: { label: "Batch size", text: "9e9", problem: "At most 65536." } }),
  ).toBe(
    "Mend the training settings first. Epochs is empty: Enter a number. Batch size is “9e9”: At most 65536.",
  );
});

test("training does not start while a setting cannot be used, and opens its form", async () => {
  useView.setState({ tab: "layer" });
  keepMistyped("epochs", epochs);
  await expect(startTraining()).rejects.toThrow("Epochs is empty");
  expect(useView.getState().tab).toBe("training");
});

test("what was mistyped outlives its form, but not its field", () => {
  const leave = showsMistyped();
  keepMistyped("epochs", epochs);
  keepMistyped("optimizer.momentum", epochs);
  leaveMistyped("optimizer.momentum");
  expect(Object.keys(kept())).toEqual(["epochs"]);
  leave();
  leaveMistyped("epochs");
  expect(Object.keys(kept())).toEqual(["epochs"]);
  changeSettings({ epochs: 5 });
  expect(kept()).toEqual({});
});
