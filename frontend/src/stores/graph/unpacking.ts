/** Unpacking a block: its nodes stand where it stood, as often as it repeats. */

import type { Block, Graph, GraphEdge, GraphNode } from "../../api/types";
import type { Layers } from "../palette";
import { findNode, NODE } from "./commands";
import { wire } from "./levels";
import { freeId, freeName, idsOf } from "./names";
import { blockOf, doors } from "./ports";
import { incoming, outgoing } from "./wires";

export type Unpacked = { graph: Graph; ids: string[] } | { problem: string };

/** What enters or leaves: a node and the number of its output, or null where nothing is connected. */
type End = Pick<GraphEdge, "source" | "output"> | null;

const MOST = 200;

export function unpackBlock(graph: Graph, layers: Layers, id: string): Unpacked {
  const node = findNode(graph, id);
  const block = node && blockOf(graph, node);
  if (!node || !block) return { problem: "There is no block to unpack." };
  const other = node.shares ?? graph.nodes.find((one) => one.shares === id)?.id;
  if (other)
    return { problem: `${id} and ${other} share their weights. End the sharing first, then unpack it.` };
  const repeat = typeof node.config.repeat === "number" ? node.config.repeat : 1;
  if (repeat * block.nodes.length > MOST)
    return {
      problem: `${id} would become ${repeat * block.nodes.length} layers; at most ${MOST} can be unpacked.`,
    };

  const inputs = doors(layers, block, "input");
  const outputs = doors(layers, block, "output");
  const inner = block.nodes.filter((one) => !inputs.includes(one) && !outputs.includes(one));
  const size = extent(inner);
  const height = size.height + NODE.gapY;
  const taken = idsOf(graph);
  taken.delete(id);
  const added: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  let ends: End[] = inputs.map((_, port) => incoming(graph, id).find((edge) => edge.port === port) ?? null);
  for (let turn = 0; turn < repeat; turn += 1) {
    const copy = copied(block, inner, taken);
    const offset = {
      x: node.position.x + NODE.width / 2 - size.left - size.width / 2,
      y: node.position.y - size.top + turn * height,
    };
    for (const one of copy.nodes)
      added.push({
        ...one,
        position: { x: Math.round(one.position.x + offset.x), y: Math.round(one.position.y + offset.y) },
      });
    const entering = new Map(inputs.map((door, port) => [door.id, ends[port] ?? null]));
    const through = (edge: GraphEdge): End =>
      entering.has(edge.source)
        ? (entering.get(edge.source) ?? null)
        : { source: copy.names.get(edge.source) ?? edge.source, output: edge.output };
    for (const edge of block.edges) {
      const target = copy.names.get(edge.target);
      const end = through(edge);
      if (target !== undefined && end) edges.push(wire(end.source, target, edge.port, end.output));
    }
    const leaving = outputs.map((door): End => {
      const [edge] = incoming({ ...graph, edges: block.edges }, door.id);
      return edge ? through(edge) : null;
    });
    ends = turn + 1 < repeat ? [leaving[0] ?? null, ...ends.slice(1)] : leaving;
  }
  for (const edge of outgoing(graph, id)) {
    const end = ends[edge.output ?? 0];
    if (end) edges.push(wire(end.source, edge.target, edge.port, end.output));
  }
  const below = repeat * height - NODE.gapY - NODE.height;
  const others = graph.nodes
    .filter((one) => one.id !== id)
    .map((one) =>
      one.position.y > node.position.y && below > 0
        ? { ...one, position: { x: one.position.x, y: one.position.y + below } }
        : one,
    );
  const kept = graph.edges.filter((edge) => edge.source !== id && edge.target !== id);
  return {
    graph: { ...graph, nodes: [...others, ...added], edges: [...kept, ...edges] },
    ids: added.map((one) => one.id),
  };
}

/** The nodes under ids that are free. */
function copied(block: Block, inner: GraphNode[], taken: Set<string>) {
  const names = new Map<string, string>();
  for (const node of inner) {
    const id = taken.has(node.id)
      ? freeId(node.id, new Set([...taken, ...block.nodes.map((one) => one.id)]))
      : node.id;
    taken.add(id);
    names.set(node.id, id);
  }
  const nodes = inner.map((node) => ({
    ...node,
    id: names.get(node.id) ?? node.id,
    shares: node.shares && (names.get(node.shares) ?? null),
  }));
  return { names, nodes };
}

function extent(nodes: GraphNode[]) {
  if (nodes.length === 0) return { left: 0, top: 0, width: NODE.width, height: 0 };
  const xs = nodes.map((node) => node.position.x);
  const ys = nodes.map((node) => node.position.y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return {
    left,
    top,
    width: Math.max(...xs) - left + NODE.width,
    height: Math.max(...ys) - top + NODE.height,
  };
}

/** Gives one node a block of its own, so that changes inside it leave the other copies alone. */
export function ownCopy(graph: Graph, id: string): Graph {
  const node = findNode(graph, id);
  const block = node && blockOf(graph, node);
  if (!node || !block) return graph;
  const name = freeName(String(node.config.block), new Set(Object.keys(graph.blocks ?? {})));
  const titles = new Set(Object.values(graph.blocks ?? {}).map((other) => other.title));
  let title = block.title;
  for (let number = 2; titles.has(title); number += 1) title = `${block.title} ${number}`;
  return {
    ...graph,
    blocks: { ...graph.blocks, [name]: { ...block, title } },
    nodes: graph.nodes.map((one) =>
      one.id === id ? { ...one, config: { ...one.config, block: name } } : one,
    ),
  };
}

/** Changes what a block is called or said to be, for all its copies. */
export function describeBlock(
  graph: Graph,
  name: string,
  words: Partial<Pick<Block, "title" | "description">>,
): Graph {
  const block = graph.blocks?.[name];
  if (!block) return graph;
  return { ...graph, blocks: { ...graph.blocks, [name]: { ...block, ...words } } };
}
