/** Layers that lead nowhere: nothing that comes out of them reaches an end of the network. */

import type { Graph } from "../../api/types";
import type { Layers } from "../palette";

const NONE: ReadonlySet<string> = new Set();

/** The ids of those layers; none as long as the drawing has no end at all. */
export function lostNodes(graph: Graph, layers: Layers): ReadonlySet<string> {
  const ends = graph.nodes.filter((node) => layers.get(node.type)?.outputs === 0);
  if (ends.length === 0) return NONE;
  const sources = new Map<string, string[]>();
  for (const { source, target } of graph.edges) sources.set(target, [...(sources.get(target) ?? []), source]);
  const useful = new Set(ends.map((node) => node.id));
  // A set is walked in the order of adding, also what is added on the way.
  for (const id of useful) for (const source of sources.get(id) ?? []) useful.add(source);
  return new Set(graph.nodes.map((node) => node.id).filter((id) => !useful.has(id)));
}
