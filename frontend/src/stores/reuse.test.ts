import { expect, test } from "vitest";
import type { ProjectDocument, Recipe, Run } from "../api/types";
import { emptyGraph } from "./editor";
import { taken } from "./reuse";

const recipe = { kind: "table" } as unknown as Recipe;
const document: ProjectDocument = {
  name: "Iris",
  graph: emptyGraph,
  dataset: 1,
  recipe,
  settings: { epochs: 5 },
};
const graph = { ...emptyGraph, format: 2 };
const run = { dataset: 1, graph, settings: { epochs: 9 }, recipe: { kind: "series" } } as unknown as Run;

test("one part leaves the others as they are", () => {
  expect(taken(run, "settings", document)).toEqual({ settings: { epochs: 9 } });
  expect(taken(run, "network", document)).toEqual({ graph });
});

test("everything brings the preparation, and the data set where it is another", () => {
  expect(Object.keys(taken(run, "everything", document))).toEqual(["graph", "settings", "recipe"]);
  expect(taken({ ...run, dataset: 2 }, "everything", document)).toMatchObject({ dataset: 2 });
});

test("a run whose data set is gone brings no preparation, which would fit no data", () => {
  expect(Object.keys(taken({ ...run, dataset: null }, "everything", document))).toEqual([
    "graph",
    "settings",
  ]);
});
