/** Blocks that come from elsewhere (the library, another project): copied into a graph once, used again if equal. */

import type { Block, BlockDocument, Blocks, Config, Graph, GraphNode, Json } from "../../api/types";
import { blocksWithin } from "./levels";
import { freeName, slug } from "./names";

/** A block with the blocks inside it, as it is kept and carried. */
export function documentOf(graph: Graph, name: string): BlockDocument | null {
  const block = graph.blocks?.[name];
  if (!block) return null;
  const within = blocksWithin(graph.blocks ?? {}, block.nodes);
  return { ...block, ...(Object.keys(within).length > 0 ? { blocks: within } : {}) };
}

/** The graph with this block in it, and the name it has there. */
export function adoptDocument(graph: Graph, document: BlockDocument): { graph: Graph; name: string } {
  const { blocks = {}, title, description, nodes, edges } = document;
  const own = freeName(slug(title), new Set(Object.keys(blocks)));
  const adopted = adopt(graph, { ...blocks, [own]: { title, description, nodes, edges } });
  return { graph: adopted.graph, name: adopted.names.get(own) ?? own };
}

/** The graph with these blocks in it, and the names they have there. */
export function adopt(graph: Graph, blocks: Blocks): { graph: Graph; names: Map<string, string> } {
  const names = new Map<string, string>();
  const before = graph.blocks ?? {};
  let known = before;
  for (const name of innermostFirst(blocks)) {
    const block = blocks[name];
    if (!block) continue;
    const renamed = { ...block, nodes: called(block.nodes, names) };
    const content = contentOf(renamed);
    const equal = [name, ...Object.keys(known)].find(
      (other) => known[other] && contentOf(known[other]) === content,
    );
    const chosen = equal ?? freeName(name, new Set(Object.keys(known)));
    names.set(name, chosen);
    if (equal === undefined) known = { ...known, [chosen]: renamed };
  }
  return { graph: known === before ? graph : { ...graph, blocks: known }, names };
}

/** The nodes with the blocks they stand for under new names. */
export function called(nodes: GraphNode[], names: ReadonlyMap<string, string>): GraphNode[] {
  return nodes.map((node) => {
    const name = typeof node.config.block === "string" ? names.get(node.config.block) : undefined;
    return name === undefined || name === node.config.block
      ? node
      : { ...node, config: { ...node.config, block: name } };
  });
}

/** Names so that each block comes after those inside it. */
function innermostFirst(blocks: Blocks): string[] {
  const order = new Set<string>();
  const look = (name: string, around: ReadonlySet<string>) => {
    const block = blocks[name];
    if (!block || order.has(name) || around.has(name)) return;
    for (const inner of Object.keys(blocksWithin(blocks, block.nodes)))
      look(inner, new Set([...around, name]));
    order.add(name);
  };
  for (const name of Object.keys(blocks)) look(name, new Set());
  return [...order];
}

/** What a block is, whatever the places of its nodes and the order of its wires. */
function contentOf({ title, nodes, edges }: Block): string {
  const layers = nodes.map(({ id, type, config, shares }) => [id, type, sorted(config), shares ?? null]);
  const wires = edges.map((edge) => `${edge.source}.${edge.output ?? 0}>${edge.target}:${edge.port}`).sort();
  return JSON.stringify([title, layers, wires]);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const config: Config = {};
  for (const key of Object.keys(value).sort()) config[key] = sorted(value[key] ?? null);
  return config;
}
