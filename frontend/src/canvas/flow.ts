/** The drawing as React Flow wants it; what did not change keeps its identity, so only changed nodes draw again. */

import type { Edge, Node } from "@xyflow/react";
import type { Graph, GraphEdge, GraphNode } from "../api/types";
import { NODE } from "../stores/graph/commands";
import { edgeKey } from "../stores/graph/wires";

export type LayerNode = Node<{ node: GraphNode; ports: number }, "layer">;
export type Wire = Edge<{ edge: GraphEdge }, "wire">;

/** How the whole drawing is fitted into view. */
export const FIT = { padding: 0.12, maxZoom: 1 };

const READABLE = 0.75;
const MARGIN = 32;
/** What the tools cover at the lower edge. */
const TOOLS = 44;

/** The first view of a drawing: all of it where it stays readable, else its beginning. */
export function firstView(nodes: GraphNode[], frame: { width: number; height: number }) {
  const xs = nodes.map((node) => node.position.x);
  const ys = nodes.map((node) => node.position.y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const width = Math.max(...xs) - left + NODE.width;
  const height = Math.max(...ys) - top + NODE.height;
  const room = frame.height - TOOLS;
  const fits = Math.min((frame.width - 2 * MARGIN) / width, (room - 2 * MARGIN) / height);
  const zoom = Math.min(1, Math.max(READABLE, fits));
  return {
    x: Math.max(MARGIN, (frame.width - zoom * width) / 2) - zoom * left,
    y: Math.max(MARGIN, (room - zoom * height) / 2) - zoom * top,
    zoom,
  };
}

/** Highest connected port of each node. */
function topPorts(edges: GraphEdge[]): Map<string, number> {
  const top = new Map<string, number>();
  for (const { target, port } of edges) top.set(target, Math.max(top.get(target) ?? -1, port));
  return top;
}

export function flowNodes(
  before: LayerNode[],
  graph: Graph,
  selection: readonly string[],
  label: (node: GraphNode) => string,
): LayerNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const chosen = new Set(selection);
  const top = topPorts(graph.edges);
  const nodes = graph.nodes.map((node): LayerNode => {
    const known = old.get(node.id);
    const ports = (top.get(node.id) ?? -1) + 1;
    const selected = chosen.has(node.id);
    const same = known && known.data.node === node && known.data.ports === ports;
    if (known && same && known.selected === selected && !known.dragging) return known;
    const data = known && same ? known.data : { node, ports };
    return {
      ...known,
      id: node.id,
      type: "layer",
      initialWidth: NODE.width,
      initialHeight: NODE.height,
      position: node.position,
      data,
      selected,
      dragging: false,
      ariaLabel: label(node),
    };
  });
  const unchanged = nodes.length === before.length && nodes.every((node, index) => node === before[index]);
  return unchanged ? before : nodes;
}

export function flowEdges(before: Wire[], graph: Graph, selection: readonly string[]): Wire[] {
  const old = new Map(before.map((wire) => [wire.id, wire]));
  const chosen = new Set(selection);
  return graph.edges.map((edge): Wire => {
    const id = edgeKey(edge);
    const known = old.get(id);
    const selected = chosen.has(id);
    if (known && known.data?.edge === edge && known.selected === selected) return known;
    return {
      id,
      type: "wire",
      source: edge.source,
      target: edge.target,
      targetHandle: String(edge.port),
      data: { edge },
      selected,
      ariaRole: "button",
      ariaLabel: `Wire from ${edge.source} to ${edge.target}`,
    };
  });
}
