import { afterEach, expect, test, vi } from "vitest";
import { useFoundRates } from "../stores/rateSearch";
import { deleteProject } from "./actions";

const asked = {
  graph: { format: 1, nodes: [], edges: [] },
  dataset: 3,
  recipe: null,
  settings: {},
  reading: null,
};
const found = { suggestion: 0.01, steps: 200, regardless: [], figure: { data: [], layout: {} } };

afterEach(() => {
  vi.restoreAllMocks();
  useFoundRates.setState({}, true);
});

test("the learning rate that was found goes with its project", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 204 }));
  useFoundRates.setState({ 1: { asked, found }, 2: { asked, found } });
  await deleteProject({ id: 1, name: "P", runs: 0 } as Parameters<typeof deleteProject>[0]);
  expect(Object.keys(useFoundRates.getState())).toEqual(["2"]);
});
