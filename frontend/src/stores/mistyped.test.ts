import { beforeEach, expect, test } from "vitest";
import { changeGraph, changeSettings, closeDocument, useEditor } from "./editor";
import {
  dropAllMistyped,
  keepMistyped,
  leaveMistyped,
  mistypedSentence,
  mistypedWithin,
  SETTINGS,
  showsMistyped,
  useMistyped,
} from "./mistyped";
import { startTraining } from "./training";
import { useView } from "./view";

const epochs = { form: SETTINGS, path: "epochs", label: "Epochs", text: "", problem: "Enter a number." };
const filters = { form: "conv", path: "filters", label: "Filters", text: "x", problem: "Enter a number." };
const node = (filters: number) => ({
  id: "conv",
  type: "Conv2D",
  config: { filters },
  shares: null,
  position: { x: 0, y: 0 },
});
const kept = () => Object.values(useMistyped.getState().fields);
const paths = () => kept().map((field) => field.path);

beforeEach(() => {
  closeDocument();
  dropAllMistyped();
});

test("the sentence names every setting and what was typed", () => {
  expect(mistypedSentence({})).toBeNull();
  const batch = {
    ...epochs,
    path: "batch_size",
    label: "Batch size",
    text: "9e9",
    problem: "At most 65536.",
  };
  expect(mistypedSentence({ epochs, batch })).toBe(
    "Mend the training settings first. Epochs is empty: Enter a number. Batch size is “9e9”: At most 65536.",
  );
  expect(mistypedSentence({ filters })).toBe("Mend conv first. Filters of conv is “x”: Enter a number.");
});

test("training does not start while a setting cannot be used, and opens its form", async () => {
  useView.setState({ tab: "layer" });
  keepMistyped(epochs);
  await expect(startTraining()).rejects.toThrow("Epochs is empty");
  expect(useView.getState().tab).toBe("training");
});

test("training does not start while a layer has a setting that cannot be used, and shows the layer", async () => {
  useView.setState({ tab: "training" });
  changeGraph((graph) => ({ ...graph, nodes: [node(32)] }));
  keepMistyped(filters);
  await expect(startTraining()).rejects.toThrow("Filters of conv is “x”");
  expect(useView.getState().tab).toBe("layer");
  expect(useEditor.getState().selection).toEqual(["conv"]);
});

test("what was mistyped outlives its form, but not its field", () => {
  const leave = showsMistyped(SETTINGS);
  keepMistyped(epochs);
  keepMistyped({ ...epochs, path: "optimizer.momentum" });
  leaveMistyped(SETTINGS, "optimizer.momentum");
  expect(paths()).toEqual(["epochs"]);
  leave();
  leaveMistyped(SETTINGS, "epochs");
  expect(paths()).toEqual(["epochs"]);
  changeSettings({ epochs: 5 });
  expect(kept()).toEqual([]);
});

test("what was mistyped of a layer stays while others change, and goes with the layer or its settings", () => {
  changeGraph((graph) => ({ ...graph, nodes: [node(32), { ...node(8), id: "other" }] }));
  keepMistyped(filters);
  changeGraph((graph) => ({ ...graph, nodes: [graph.nodes[0] ?? node(32), { ...node(9), id: "other" }] }));
  expect(paths()).toEqual(["filters"]);
  changeGraph((graph) => ({ ...graph, nodes: [node(64)] }));
  expect(kept()).toEqual([]);
  const leave = showsMistyped("conv");
  keepMistyped(filters);
  changeGraph((graph) => ({ ...graph, nodes: [node(16)] }));
  expect(paths()).toEqual(["filters"]); // the form itself sees to it
  changeGraph((graph) => ({ ...graph, nodes: [] }));
  expect(kept()).toEqual([]);
  leave();
});

test("a part of a form counts what is mistyped in it", () => {
  keepMistyped({ ...epochs, path: "optimizer.epsilon" });
  const { fields } = useMistyped.getState();
  expect(mistypedWithin(fields, SETTINGS, "optimizer")).toBe(1);
  expect(mistypedWithin(fields, SETTINGS, "opt")).toBe(0);
  expect(mistypedWithin(fields, "conv", "optimizer")).toBe(0);
});
