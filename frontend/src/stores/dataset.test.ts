import { beforeEach, expect, test, vi } from "vitest";
import { keys, queryClient } from "../api/queries";
import type { Dataset, Project, Recipe } from "../api/types";
import { changeRecipe, chooseDataset } from "./dataset";
import { fixProblem } from "./drawing";
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

test("a problem of the data that another reading mends has them read so, and the drawing stays", async () => {
  changeDocument({ dataset: 3, graph: chain });
  queryClient.setQueryData(keys.dataset(3), { ...dataset, wishes: { decimal: "," } });
  const fix = { label: "Count it as missing", reading: { missing: ["", "oops"] } };
  fixProblem({ code: "some", node: null, message: "", hint: "", fix });
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledWith("/api/datasets/3/", expect.anything()));
  const [, init] = vi.mocked(fetch).mock.calls.find(([url]) => url === "/api/datasets/3/") ?? [];
  expect(JSON.parse(String(init?.body))).toEqual({ reading: { decimal: ",", missing: ["", "oops"] } });
  expect(useEditor.getState().document.graph).toBe(chain);
});

test("a proposed network follows another target, and both are undone together", async () => {
  const { wider, recipe } = answered();
  await chooseDataset(dataset);
  const before = useEditor.getState().document;
  changeRecipe(recipe);
  await vi.waitFor(() => expect(useEditor.getState().document.graph).toEqual(wider));
  useEditor.temporal.getState().undo();
  expect(useEditor.getState().document).toEqual(before);
});

test("a network that somebody has drawn stays as it is when the target changes", async () => {
  const { recipe } = answered();
  await chooseDataset(dataset);
  const own = { ...chain, nodes: chain.nodes.slice(1) };
  changeDocument({ graph: own });
  changeRecipe(recipe);
  await new Promise((resolve) => setTimeout(resolve, 400)); // longer than a network takes to follow
  expect(useEditor.getState().document.graph).toEqual(own);
  expect(fetch).not.toHaveBeenCalledWith("/api/starter/", expect.anything());
});

/** The server proposes another network for another target. */
function answered() {
  const wider = { ...chain, nodes: [...chain.nodes].reverse() };
  const body = JSON.stringify({ graph: wider, dataset: 3, recipe: dataset.recipe });
  vi.mocked(fetch).mockImplementation(async (url) =>
    url === "/api/check/" ? new Response("{}", { status: 500 }) : new Response(body, { status: 200 }),
  );
  const recipe = { format: 1, columns: { no2: { role: "target" } } } as unknown as Recipe;
  return { wider, recipe };
}
