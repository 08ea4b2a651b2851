/** Copying a part of a drawing, within a project or from one to another. */

import type { Graph } from "../../api/types";
import { adopt, called } from "./adopting";
import { blocksWithin } from "./levels";
import { freeId, idsOf } from "./names";

export type Snippet = Pick<Graph, "nodes" | "edges" | "blocks">;

/** The chosen nodes, the wires between them, and the blocks they stand for. */
export function snippet(graph: Graph, ids: ReadonlySet<string>): Snippet {
  const nodes = graph.nodes.filter((node) => ids.has(node.id));
  const edges = graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target));
  const blocks = blocksWithin(graph.blocks ?? {}, nodes);
  return { nodes, edges, ...(Object.keys(blocks).length > 0 ? { blocks } : {}) };
}

/** Adds a snippet under new ids, moved by the offset. */
export function paste(
  graph: Graph,
  part: Snippet,
  offset: { x: number; y: number },
): { graph: Graph; ids: string[] } {
  const adopted = adopt(graph, part.blocks ?? {});
  const taken = idsOf(graph);
  const names = new Map<string, string>();
  for (const node of part.nodes) {
    const id = freeId(node.id, taken);
    taken.add(id);
    names.set(node.id, id);
  }
  const nodes = called(part.nodes, adopted.names).map((node) => ({
    ...node,
    id: names.get(node.id) ?? node.id,
    shares: node.shares && (names.get(node.shares) ?? (taken.has(node.shares) ? node.shares : null)),
    position: { x: node.position.x + offset.x, y: node.position.y + offset.y },
  }));
  const edges = part.edges.map((edge) => ({
    ...edge,
    source: names.get(edge.source) ?? edge.source,
    target: names.get(edge.target) ?? edge.target,
  }));
  return {
    graph: { ...adopted.graph, nodes: [...graph.nodes, ...nodes], edges: [...graph.edges, ...edges] },
    ids: nodes.map((node) => node.id),
  };
}

const KEY = "netloom.clipboard";

export const keepSnippet = (part: Snippet) => localStorage.setItem(KEY, JSON.stringify(part));

export function keptSnippet(): Snippet | null {
  const text = localStorage.getItem(KEY);
  if (!text) return null;
  try {
    const part = JSON.parse(text) as Snippet;
    return Array.isArray(part.nodes) && Array.isArray(part.edges) ? part : null;
  } catch {
    return null;
  }
}
