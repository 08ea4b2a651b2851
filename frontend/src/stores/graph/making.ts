/** Making a block of a part of a drawing: the wires that cross its border become its ports. */

import type { Block, Graph, GraphEdge, GraphNode, Role } from "../../api/types";
import type { Layers } from "../palette";
import { NODE } from "./commands";
import { wire } from "./levels";
import { freeId, freeName, idsOf, slug, snakeCase } from "./names";
import { isDoor, portsOf } from "./ports";
import { incoming, outgoing } from "./wires";

export type Made = { graph: Graph; id: string } | { problem: string };

/** One end of a wire: a node and the number of its output. */
interface End {
  node: string;
  output: number;
}

const STEP = NODE.height + NODE.gapY;

export const typeOfRole = (layers: Layers, role: Role) =>
  [...layers.values()].find((layer) => layer.role === role)?.type;

/** Those of the chosen nodes that can go into a block: the ports of the drawing itself stay outside. */
export function blockable(graph: Graph, layers: Layers, chosen: Iterable<string>): GraphNode[] {
  const ids = new Set(chosen);
  return graph.nodes.filter(
    (node) => ids.has(node.id) && !isDoor(layers, node, "input") && !isDoor(layers, node, "output"),
  );
}

/** Puts nodes into a block of their own, with one node in their place. */
export function makeBlock(graph: Graph, layers: Layers, chosen: Iterable<string>, title: string): Made {
  const nodes = blockable(graph, layers, chosen);
  const inside = new Set(nodes.map((node) => node.id));
  const type = typeOfRole(layers, "block");
  if (nodes.length === 0 || !type) return { problem: "Select at least one layer that is not an end." };
  const problem = sharingProblem(graph, inside) ?? loopProblem(graph, inside);
  if (problem) return { problem };

  const border = borderOf(graph, layers, nodes, inside);
  const block = drawnAs(graph, layers, nodes, inside, border, title);
  const name = freeName(slug(title), new Set(Object.keys(graph.blocks ?? {})));
  const id = freeId(name, idsOf(graph));
  const frame = extent(nodes);
  const node: GraphNode = {
    id,
    type,
    config: { block: name, repeat: 1 },
    shares: null,
    position: { x: Math.round((frame.left + frame.right) / 2), y: frame.top },
  };
  const entering = border.entering.flatMap((door, port) =>
    door.from ? [wire(door.from.node, id, port, door.from.output)] : [],
  );
  const leaving = border.leaving.flatMap((door, output) =>
    door.to.map((edge) => wire(id, edge.target, edge.port, output)),
  );
  const kept = graph.edges.filter((edge) => !inside.has(edge.source) && !inside.has(edge.target));
  return {
    id,
    graph: {
      ...graph,
      nodes: [...movedUp(graph.nodes, inside, frame), node],
      edges: [...kept, ...entering, ...leaving],
      blocks: { ...graph.blocks, [name]: block },
    },
  };
}

interface Border {
  /** What enters: from where (null where nothing is connected yet), and to which inputs inside. */
  entering: { from: End | null; to: { target: string; port: number }[] }[];
  leaving: { from: End; to: GraphEdge[] }[];
}

/** The ports of the block, from left to right and from top to bottom. */
function borderOf(graph: Graph, layers: Layers, nodes: GraphNode[], inside: ReadonlySet<string>): Border {
  const inOrder = [...nodes].sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);
  const entering = new Map<string, Border["entering"][number]>();
  const leaving = new Map<string, Border["leaving"][number]>();
  for (const node of inOrder) {
    const wires = incoming(graph, node.id);
    for (const { source, output = 0, target, port } of wires) {
      if (inside.has(source)) continue;
      const key = `${source}.${output}`;
      const door = entering.get(key) ?? { from: { node: source, output }, to: [] };
      entering.set(key, { ...door, to: [...door.to, { target, port }] });
    }
    // A layer without its input has it from outside, once the block is connected.
    if (wires.length === 0 && (portsOf(graph, layers, node)?.min ?? 0) > 0)
      entering.set(node.id, { from: null, to: [{ target: node.id, port: 0 }] });
    for (const edge of outgoing(graph, node.id)) {
      if (inside.has(edge.target)) continue;
      const output = edge.output ?? 0;
      const key = `${node.id}.${output}`;
      const door = leaving.get(key) ?? { from: { node: node.id, output }, to: [] };
      leaving.set(key, { ...door, to: [...door.to, edge] });
    }
  }
  if (leaving.size === 0)
    for (const node of inOrder)
      if (outgoing(graph, node.id).length === 0)
        leaving.set(node.id, { from: { node: node.id, output: 0 }, to: [] });
  return { entering: [...entering.values()], leaving: [...leaving.values()] };
}

/** The drawing of the block: its nodes between its inputs above and its outputs below. */
function drawnAs(
  graph: Graph,
  layers: Layers,
  nodes: GraphNode[],
  inside: ReadonlySet<string>,
  border: Border,
  title: string,
): Block {
  const taken = new Set(inside);
  const names = new Set<string>();
  const frame = extent(nodes);
  const edges = graph.edges.filter((edge) => inside.has(edge.source) && inside.has(edge.target));
  const door = (role: "input" | "output", called: string, place: number, count: number): GraphNode => {
    const type = typeOfRole(layers, role) ?? role;
    const id = freeId(snakeCase(type), taken);
    const name = freeName(called, names);
    taken.add(id);
    names.add(name);
    const across = (place - (count - 1) / 2) * (NODE.width + NODE.gapX);
    const y = role === "input" ? frame.top - STEP : frame.bottom + STEP;
    const position = { x: Math.round((frame.left + frame.right) / 2 + across), y };
    return { id, type, config: { name }, shares: null, position };
  };
  const inputs = border.entering.map(({ from, to }, place) => {
    const node = door("input", from?.node ?? "x", place, border.entering.length);
    for (const { target, port } of to) edges.push(wire(node.id, target, port));
    return node;
  });
  names.clear();
  const outputs = border.leaving.map(({ from }, place) => {
    const node = door("output", from.node, place, border.leaving.length);
    edges.push(wire(from.node, node.id, 0, from.output));
    return node;
  });
  return { title: title.trim(), description: "", nodes: [...inputs, ...nodes, ...outputs], edges };
}

function extent(nodes: GraphNode[]) {
  const xs = nodes.map((node) => node.position.x);
  const ys = nodes.map((node) => node.position.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** The other nodes; those below move up to where the block ends now. */
function movedUp(
  nodes: GraphNode[],
  inside: ReadonlySet<string>,
  { top, bottom }: ReturnType<typeof extent>,
): GraphNode[] {
  return nodes
    .filter((node) => !inside.has(node.id))
    .map((node) =>
      node.position.y > bottom
        ? { ...node, position: { x: node.position.x, y: node.position.y - (bottom - top) } }
        : node,
    );
}

function sharingProblem(graph: Graph, inside: ReadonlySet<string>): string | null {
  const torn = graph.nodes.find((node) => node.shares && inside.has(node.id) !== inside.has(node.shares));
  return torn ? `${torn.id} shares the weights of ${torn.shares}. Select both of them, or neither.` : null;
}

/** A wire that leaves the part and comes back would make the block feed itself. */
function loopProblem(graph: Graph, inside: ReadonlySet<string>): string | null {
  const onward = new Map<string, string[]>();
  for (const { source, target } of graph.edges) onward.set(source, [...(onward.get(source) ?? []), target]);
  const outside = new Set<string>();
  for (const id of inside)
    for (const target of onward.get(id) ?? []) if (!inside.has(target)) outside.add(target);
  for (const id of outside) {
    for (const target of onward.get(id) ?? []) {
      if (inside.has(target)) return `The block would feed itself through ${id}. Select ${id} too.`;
      outside.add(target);
    }
  }
  return null;
}
