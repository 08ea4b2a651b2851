/** What goes into a node and comes out of it: for a layer the palette says so, for a block its own drawing. */

import type { Block, Graph, GraphNode, Role } from "../../api/types";
import type { Layers } from "../palette";

export interface Ports {
  min: number;
  /** Null where any number of wires may enter. */
  max: number | null;
  outputs: number;
  /** What the ports are called; layers have no names for theirs. */
  inputNames: string[];
  outputNames: string[];
}

type Kind = Pick<GraphNode, "type" | "config">;

/** The drawing a node stands for, if it stands for one. */
export function blockOf(graph: Graph, node: Kind): Block | undefined {
  const name = node.config.block;
  return typeof name === "string" ? graph.blocks?.[name] : undefined;
}

export const isDoor = (layers: Layers, node: Kind, role: Role) => layers.get(node.type)?.role === role;

/** The nodes that are the ports of a block, in their order. */
export const doors = (layers: Layers, block: Pick<Block, "nodes">, role: "input" | "output") =>
  block.nodes.filter((node) => isDoor(layers, node, role));

const called = (node: GraphNode) => (typeof node.config.name === "string" ? node.config.name : node.id);

export const portsOf = (graph: Graph, layers: Layers, node: Kind | undefined) =>
  node && portsWith(layers, node.type, blockOf(graph, node));

/** The ports of a node of this type, which may stand for a block. */
export function portsWith(layers: Layers, type: string, block: Block | undefined): Ports | undefined {
  const layer = layers.get(type);
  if (!layer) return undefined;
  if (!block || layer.role !== "block") {
    const { min, max } = layer.inputs;
    return { min, max, outputs: layer.outputs, inputNames: [], outputNames: [] };
  }
  const inputNames = doors(layers, block, "input").map(called);
  const outputNames = doors(layers, block, "output").map(called);
  const inputs = inputNames.length;
  return { min: inputs, max: inputs, outputs: outputNames.length, inputNames, outputNames };
}

/** Whether the number of its inputs is settled; else further ones may follow. */
export const isCounted = (ports: Ports) => ports.min === ports.max;

/** Whether it brings several inputs together, and is no step in a chain. */
export const joins = (ports: Ports | undefined) =>
  ports !== undefined && (ports.max === null || ports.min > 1);

export const takesMany = (ports: Ports | undefined) =>
  ports !== undefined && (ports.max === null || ports.max > 1);
