import { beforeEach, expect, test, vi } from "vitest";
import type { Dataset, Project } from "../api/types";
import { chooseDataset } from "./dataset";
import { changeDocument, emptyGraph, openDocument, useEditor } from "./editor";
import { chain } from "./graph/testing";

const steps = () => useEditor.temporal.getState().pastStates.length;
const dataset = { id: 3, state: "ready", recipe: { format: 1 }, graph: chain } as unknown as Dataset;
const project = {
  id: 4,
  name: "Net",
  graph: emptyGraph,
  dataset: null,
  recipe: null,
  settings: {},
  updated: "",
};

beforeEach(() => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("{}", { status: 200 }));
  openDocument(project as unknown as Project);
});

test("the first data set fills an empty project, which is nothing to undo", async () => {
  await chooseDataset(dataset);
  expect(useEditor.getState().document.graph).toBe(chain);
  expect(steps()).toBe(0);
});

test("another data set in place of the first is a step one can undo", async () => {
  changeDocument({ dataset: 2, graph: chain });
  await chooseDataset(dataset);
  expect(steps()).toBe(2);
});
