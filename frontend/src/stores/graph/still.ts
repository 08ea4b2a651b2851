/** A drawing without the places of its nodes, which change nothing about what it computes. */

import type { Graph, GraphNode } from "../../api/types";

const NOWHERE = { x: 0, y: 0 };

export function still(graph: Graph): Graph {
  const blocks = Object.entries(graph.blocks ?? {});
  return {
    ...graph,
    nodes: unplaced(graph.nodes),
    ...(blocks.length > 0
      ? {
          blocks: Object.fromEntries(
            blocks.map(([name, block]) => [name, { ...block, nodes: unplaced(block.nodes) }]),
          ),
        }
      : {}),
  };
}

const unplaced = (nodes: GraphNode[]) => nodes.map((node) => ({ ...node, position: NOWHERE }));
