import { afterEach, expect, test, vi } from "vitest";
import { useFoundRates } from "../stores/rateSearch";
import { signOut } from "./signOut";

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

test("who signs out leaves no learning rate that was found", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {}); // jsdom opens no other page
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 204 }));
  useFoundRates.setState({ 1: { asked, found } });
  await signOut();
  expect(useFoundRates.getState()).toEqual({});
});
