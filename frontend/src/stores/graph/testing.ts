/** A tiny palette and a short chain for the tests of the graph commands. */

import type { Graph, GraphNode, LayerType, Role } from "../../api/types";

function layer(type: string, inputs: LayerType["inputs"], outputs: number, role?: Role): LayerType {
  return { type, family: "Any", title: type, doc: "", schema: {}, inputs, outputs, role: role ?? null };
}

export const layers = new Map(
  [
    layer("Start", { min: 0, max: 0 }, 1, "input"),
    layer("Step", { min: 1, max: 1 }, 1),
    layer("Join", { min: 2, max: null }, 1),
    layer("End", { min: 1, max: 1 }, 0, "output"),
    layer("Whole", { min: 0, max: null }, 1, "block"),
  ].map((entry) => [entry.type, entry]),
);

const node = (id: string, type: string, y: number): GraphNode => ({
  id,
  type,
  config: {},
  shares: null,
  position: { x: 0, y },
});

/** start_1 → step_1 → end_1 */
export const chain: Graph = {
  format: 1,
  nodes: [node("start_1", "Start", 0), node("step_1", "Step", 124), node("end_1", "End", 248)],
  edges: [
    { source: "start_1", target: "step_1", port: 0 },
    { source: "step_1", target: "end_1", port: 0 },
  ],
};
