/** Drawings inside a drawing: the one a path of blocks leads to, and writing it back when it has changed. */

import type { Block, Blocks, Graph, GraphEdge, GraphNode } from "../../api/types";
import type { Layers } from "../palette";
import { blockOf, doors } from "./ports";

/** The ids of the blocks around a drawing, from the outside; empty for the network itself. */
export type Path = readonly string[];

export const keyOf = (path: Path) => path.join("/");
export const pathOf = (key: string): string[] => (key === "" ? [] : key.split("/"));

/** Where a node stands, from its name as the report has it: "block/…/node". */
export function placeOf(key: string): { at: string[]; id: string } {
  const parts = pathOf(key);
  return { at: parts.slice(0, -1), id: parts.at(-1) ?? "" };
}

const known = new WeakMap<Graph, Map<string, Graph | null>>();

/** The drawing at the end of a path, with all blocks at hand; null where the path leads nowhere. */
export function levelAt(graph: Graph, path: Path): Graph | null {
  if (path.length === 0) return graph;
  const levels = known.get(graph) ?? new Map<string, Graph | null>();
  known.set(graph, levels);
  const key = keyOf(path);
  if (!levels.has(key)) {
    const block = blockAt(graph, path);
    levels.set(key, block ? { ...graph, nodes: block.nodes, edges: block.edges } : null);
  }
  return levels.get(key) ?? null;
}

/** The block a path ends in. */
export function blockAt(graph: Graph, path: Path): Block | undefined {
  const name = blockNameAt(graph, path);
  return name === null ? undefined : graph.blocks?.[name];
}

export function blockNameAt(graph: Graph, path: Path): string | null {
  let nodes = graph.nodes;
  let name: string | null = null;
  for (const id of path) {
    const node = nodes.find((other) => other.id === id);
    const block = node && blockOf(graph, node);
    if (!block) return null;
    name = String(node.config.block);
    nodes = block.nodes;
  }
  return name;
}

/** The longest beginning of a path that leads somewhere. */
export function standing(graph: Graph, path: Path): Path {
  let end = path.length;
  while (end > 0 && levelAt(graph, path.slice(0, end)) === null) end -= 1;
  return end === path.length ? path : path.slice(0, end);
}

/** The whole graph with one of its drawings changed; wires to its ports follow, and unused blocks go. */
export function withLevel(graph: Graph, layers: Layers, path: Path, level: Graph): Graph {
  const name = blockNameAt(graph, path);
  if (name === null) return pruned(level);
  const before = graph.blocks?.[name];
  if (!before) return graph;
  const after = { ...before, nodes: level.nodes, edges: level.edges };
  const next = { ...graph, blocks: { ...level.blocks, [name]: after } };
  return pruned(followPorts(next, layers, name, before, after));
}

/** Wires keep to the ports they were drawn to; those to a port that is gone go too. */
function followPorts(graph: Graph, layers: Layers, name: string, before: Block, after: Block): Graph {
  const inputs = moves(doors(layers, before, "input"), doors(layers, after, "input"));
  const outputs = moves(doors(layers, before, "output"), doors(layers, after, "output"));
  if (!inputs && !outputs) return graph;
  const follow = <T extends Pick<Graph, "nodes" | "edges">>(level: T): T => {
    const users = new Set(level.nodes.filter((node) => node.config.block === name).map((node) => node.id));
    return users.size === 0 ? level : { ...level, edges: level.edges.flatMap(moved(users)) };
  };
  const moved = (users: ReadonlySet<string>) => (edge: GraphEdge) => {
    const port = users.has(edge.target) && inputs ? inputs.get(edge.port) : edge.port;
    const output = users.has(edge.source) && outputs ? outputs.get(edge.output ?? 0) : (edge.output ?? 0);
    return port === undefined || output === undefined ? [] : [wire(edge.source, edge.target, port, output)];
  };
  const blocks = Object.entries(graph.blocks ?? {}).map(([key, block]) => [key, follow(block)] as const);
  return { ...follow(graph), blocks: Object.fromEntries(blocks) };
}

/** Where each port went, or null where none moved; a port that was renamed stays where it is. */
function moves(before: GraphNode[], after: GraphNode[]): Map<number, number> | null {
  if (before.length === after.length) return null;
  const places = new Map(after.map((node, place) => [node.id, place]));
  const found = new Map<number, number>();
  for (const [place, node] of before.entries()) {
    const now = places.get(node.id);
    if (now !== undefined) found.set(place, now);
  }
  return found;
}

export const wire = (source: string, target: string, port: number, output = 0): GraphEdge =>
  output ? { source, target, port, output } : { source, target, port };

/** The blocks that are drawn somewhere below these nodes, by name. */
export function blocksWithin(blocks: Blocks, nodes: readonly GraphNode[]): Blocks {
  const found: Blocks = {};
  const look = (level: readonly GraphNode[]) => {
    for (const { config } of level) {
      const name = typeof config.block === "string" ? config.block : null;
      const block = name === null ? undefined : blocks[name];
      if (name === null || !block || found[name]) continue;
      found[name] = block;
      look(block.nodes);
    }
  };
  look(nodes);
  return found;
}

/** The graph without blocks that are drawn nowhere. */
export function pruned(graph: Graph): Graph {
  if (!graph.blocks) return graph;
  const used = blocksWithin(graph.blocks, graph.nodes);
  const count = Object.keys(used).length;
  if (count === Object.keys(graph.blocks).length && count > 0) return graph;
  const { blocks: _all, ...bare } = graph;
  return count > 0 ? { ...bare, blocks: used } : bare;
}

/** How many nodes, wherever they stand, are drawn with this block. */
export function users(graph: Graph, name: string): number {
  const levels = [graph.nodes, ...Object.values(graph.blocks ?? {}).map((block) => block.nodes)];
  return levels.flat().filter((node) => node.config.block === name).length;
}
