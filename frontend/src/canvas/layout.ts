/** "Tidy up": nodes in layers from top to bottom, wires as short and straight as possible, long drawings in columns. */

import { Graph as Dagre, layout } from "@dagrejs/dagre";
import type { Graph } from "../api/types";
import { moveNodes, NODE, type Point } from "../stores/graph/commands";
import { type Box, wrapped } from "./wrap";

/** What a wire that passes by other nodes keeps clear, so that it does not run behind them. */
const PASSING = 220;

type Size = { width: number; height: number };

export function tidyPositions(graph: Graph, sizes: ReadonlyMap<string, Size>): Map<string, Point> {
  const drawing = new Dagre();
  drawing.setGraph({
    rankdir: "TB",
    nodesep: NODE.gapX,
    ranksep: NODE.gapY,
    edgesep: PASSING,
    marginx: 0,
    marginy: 0,
  });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) {
    const { width, height } = sizes.get(node.id) ?? NODE;
    drawing.setNode(node.id, { width, height });
  }
  for (const edge of graph.edges) drawing.setEdge(edge.source, edge.target);
  layout(drawing);
  const boxes = new Map<string, Box>();
  for (const id of drawing.nodes()) {
    const { x, y, width, height } = drawing.node(id) as Box;
    boxes.set(id, { x: x - width / 2, y: y - height / 2, width, height });
  }
  return wrapped(boxes, graph.edges) ?? boxes;
}

/** A drawing that comes from elsewhere, laid out, with all its blocks. */
export function tidied(graph: Graph): Graph {
  const placed = (level: Graph) => moveNodes(level, tidyPositions(level, new Map()));
  const blocks = Object.entries(graph.blocks ?? {}).map(([name, block]) => {
    const { nodes } = placed({ ...graph, nodes: block.nodes, edges: block.edges });
    return [name, { ...block, nodes }] as const;
  });
  return blocks.length > 0 ? { ...placed(graph), blocks: Object.fromEntries(blocks) } : placed(graph);
}
