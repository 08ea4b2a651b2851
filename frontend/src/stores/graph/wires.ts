/** Wires of a drawing: who may be connected to whom, and what changes when they are. */

import type { Graph, GraphEdge } from "../../api/types";
import type { Layers } from "../palette";
import { wire } from "./levels";
import { isCounted, joins, portsOf } from "./ports";

export const edgeKey = ({ source, target, port, output }: GraphEdge) =>
  `${source}${output ? `.${output}` : ""}>${target}:${port}`;

export const incoming = (graph: Graph, id: string) =>
  graph.edges.filter((edge) => edge.target === id).sort((a, b) => a.port - b.port);
export const outgoing = (graph: Graph, id: string) => graph.edges.filter((edge) => edge.source === id);

const portsAt = (graph: Graph, layers: Layers, id: string) =>
  portsOf(
    graph,
    layers,
    graph.nodes.find((node) => node.id === id),
  );

/** Every node that can be reached from this one along the wires, itself included. */
export function downstream(graph: Graph, id: string): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) next.set(edge.source, [...(next.get(edge.source) ?? []), edge.target]);
  const reached = new Set([id]);
  const waiting = [id];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    for (const target of next.get(current) ?? []) {
      if (!reached.has(target)) {
        reached.add(target);
        waiting.push(target);
      }
    }
  }
  return reached;
}

/** Why a wire between the two makes no sense, in words, or null: one must give, the other take, and no loop close. */
export function wireProblem(graph: Graph, layers: Layers, source: string, target: string): string | null {
  const from = graph.nodes.find((node) => node.id === source);
  const to = graph.nodes.find((node) => node.id === target);
  if (!from || !to) return "One of the two layers is gone.";
  if (source === target) return `${source} cannot feed itself.`;
  if (portsOf(graph, layers, from)?.outputs === 0) return `${source} is an end: nothing comes out of it.`;
  if (portsOf(graph, layers, to)?.max === 0) return `${target} is a beginning: it takes no input.`;
  if (!downstream(graph, target).has(source)) return null;
  return `A wire from ${source} to ${target} would close a loop.`;
}

export const canConnect = (graph: Graph, layers: Layers, source: string, target: string) =>
  wireProblem(graph, layers, source, target) === null;

function freePort(graph: Graph, layers: Layers, target: string): number {
  const ports = portsAt(graph, layers, target);
  if (!joins(ports)) return 0;
  const used = new Set(incoming(graph, target).map((edge) => edge.port));
  let port = 0;
  while (used.has(port)) port += 1;
  const most = ports?.max ?? null;
  return most === null ? port : Math.min(port, most - 1);
}

/** Draws a wire. A taken port is taken over; without a port the next free one is used. */
export function connect(
  graph: Graph,
  layers: Layers,
  source: string,
  target: string,
  port?: number,
  output?: number,
): Graph {
  if (!canConnect(graph, layers, source, target)) return graph;
  const drawn = wire(source, target, port ?? freePort(graph, layers, target), output);
  if (graph.edges.some((edge) => edgeKey(edge) === edgeKey(drawn))) return graph;
  const kept = graph.edges.filter((edge) => edge.target !== target || edge.port !== drawn.port);
  return { ...graph, edges: [...kept, drawn] };
}

/** Moves an end of a wire to another node or port. */
export function reconnect(graph: Graph, layers: Layers, old: GraphEdge, next: GraphEdge): Graph {
  if (edgeKey(old) === edgeKey(next)) return graph;
  const without = { ...graph, edges: graph.edges.filter((edge) => edgeKey(edge) !== edgeKey(old)) };
  if (!canConnect(without, layers, next.source, next.target)) return graph;
  const joined = connect(without, layers, next.source, next.target, next.port, next.output);
  return closeGaps(joined, layers, [old.target]);
}

export function removeEdges(graph: Graph, layers: Layers, gone: ReadonlySet<string>): Graph {
  const edges = graph.edges.filter((edge) => !gone.has(edgeKey(edge)));
  if (edges.length === graph.edges.length) return graph;
  const targets = graph.edges.filter((edge) => gone.has(edgeKey(edge))).map((edge) => edge.target);
  return closeGaps({ ...graph, edges }, layers, targets);
}

/** Numbers the ports of layers that may take further inputs 0, 1, 2… again. */
export function closeGaps(graph: Graph, layers: Layers, targets: Iterable<string>): Graph {
  const open = new Set(
    [...targets].filter((id) => {
      const ports = portsAt(graph, layers, id);
      return ports !== undefined && !isCounted(ports);
    }),
  );
  if (open.size === 0) return graph;
  const ports = new Map<GraphEdge, number>();
  for (const id of open) for (const [port, edge] of incoming(graph, id).entries()) ports.set(edge, port);
  const edges = graph.edges.map((edge) => {
    const port = ports.get(edge);
    return port === undefined || port === edge.port ? edge : { ...edge, port };
  });
  return { ...graph, edges };
}

/** Exchanges two neighbouring inputs of a layer. */
export function swapInputs(graph: Graph, target: string, port: number, other: number): Graph {
  const swap = new Map([
    [port, other],
    [other, port],
  ]);
  const edges = graph.edges.map((edge) =>
    edge.target === target && swap.has(edge.port)
      ? { ...edge, port: swap.get(edge.port) ?? edge.port }
      : edge,
  );
  return { ...graph, edges };
}
