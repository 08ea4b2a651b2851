/** Edits of a drawing. Each takes a graph and returns the changed one; the same graph means nothing changed. */

import type { Config, Graph, GraphEdge, GraphNode, Json, LayerType, Report } from "../../api/types";
import type { Layers } from "../palette";
import { freeId, idsOf, snakeCase } from "./names";
import { joins, portsOf } from "./ports";
import { canConnect, closeGaps, connect, downstream, edgeKey, incoming, outgoing } from "./wires";

export interface Point {
  x: number;
  y: number;
}

/** Size of a node and the distance between two, in pixels of the canvas. */
export const NODE = { width: 206, height: 78, gapX: 40, gapY: 46 };
const STEP = NODE.height + NODE.gapY;

export const findNode = (graph: Graph, id: string | null | undefined) =>
  graph.nodes.find((node) => node.id === id);

/** Settings a new node starts with: inputs and targets are named after those of the data not yet in use. */
export function startConfig(graph: Graph, layer: LayerType, report: Report | null): Config {
  const config: Config = {};
  for (const [name, field] of Object.entries(layer.schema.properties ?? {})) {
    const source = field["x-source"];
    if (!report || !source || source === "classes" || source === "layers") continue;
    const used = new Set(graph.nodes.filter((n) => n.type === layer.type).map((n) => n.config[name]));
    const names = Object.keys(report[source]);
    const free = names.find((candidate) => !used.has(candidate)) ?? names[0];
    if (free !== undefined) config[name] = free;
  }
  return config;
}

export function addNode(
  graph: Graph,
  type: string,
  position: Point,
  config: Config = {},
): { graph: Graph; id: string } {
  // A block is called after its drawing, whose name is a stem already.
  const stem = typeof config.block === "string" ? config.block : snakeCase(type);
  const id = freeId(stem, idsOf(graph));
  const node: GraphNode = { id, type, config, shares: null, position: rounded(position) };
  return { graph: { ...graph, nodes: [...graph.nodes, node] }, id };
}

/** The node a new layer most likely follows: the selected one, else the only open end. */
export function likelySource(graph: Graph, layers: Layers, selected: string | null): GraphNode | undefined {
  const gives = (node: GraphNode) => (portsOf(graph, layers, node)?.outputs ?? 1) > 0;
  const chosen = findNode(graph, selected);
  if (chosen) return chosen;
  const ends = graph.nodes.filter((node) => gives(node) && outgoing(graph, node.id).length === 0);
  return ends.length === 1 ? ends[0] : undefined;
}

/** Adds a layer below another one: into its only outgoing wire where it fits, else as a branch of its own. */
export function addAfter(
  graph: Graph,
  layers: Layers,
  type: string,
  options: { selected: string | null; config?: Config; fallback: Point },
): { graph: Graph; id: string } {
  const source = likelySource(graph, layers, options.selected);
  const ports = portsOf(graph, layers, { type, config: options.config ?? {} });
  if (!source || ports?.max === 0) {
    return addNode(graph, type, freeSpot(graph, options.fallback), options.config);
  }
  const onward = outgoing(graph, source.id);
  const [only] = onward;
  if (only && onward.length === 1 && ports?.outputs && !joins(ports)) {
    return spliceNode(graph, layers, type, only, options.config);
  }
  const below = { x: source.position.x, y: source.position.y + STEP };
  const added = addNode(graph, type, freeSpot(graph, below), options.config);
  return { ...added, graph: connect(added.graph, layers, source.id, added.id) };
}

/** Adds a layer into a wire and moves what follows down to make room. */
export function spliceNode(
  graph: Graph,
  layers: Layers,
  type: string,
  edge: GraphEdge,
  config?: Config,
  position?: Point,
): { graph: Graph; id: string } {
  const source = findNode(graph, edge.source);
  const target = findNode(graph, edge.target);
  const above = source?.position ?? { x: 0, y: 0 };
  const spot = position ?? { x: target?.position.x ?? above.x, y: above.y + STEP };
  const added = addNode(graph, type, spot, config);
  const wired = insertOnEdge(added.graph, layers, added.id, edge);
  const missing = spot.y + STEP - (target?.position.y ?? Number.POSITIVE_INFINITY);
  return { id: added.id, graph: missing > 0 ? moveBelow(wired, edge.target, missing) : wired };
}

/** Puts an unconnected node into a wire. */
export function insertOnEdge(graph: Graph, layers: Layers, id: string, edge: GraphEdge): Graph {
  const without = { ...graph, edges: graph.edges.filter((other) => edgeKey(other) !== edgeKey(edge)) };
  if (!canConnect(without, layers, edge.source, id) || !canConnect(without, layers, id, edge.target))
    return graph;
  const first = connect(without, layers, edge.source, id, undefined, edge.output);
  return connect(first, layers, id, edge.target, edge.port);
}

function moveBelow(graph: Graph, from: string, distance: number): Graph {
  const moved = downstream(graph, from);
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      moved.has(node.id)
        ? { ...node, position: { x: node.position.x, y: node.position.y + distance } }
        : node,
    ),
  };
}

/** The next place to the right of a point where no node stands. */
export function freeSpot(graph: Graph, point: Point): Point {
  let { x } = point;
  const taken = () =>
    graph.nodes.some(
      (node) =>
        Math.abs(node.position.x - x) < NODE.width + 8 &&
        Math.abs(node.position.y - point.y) < NODE.height + 8,
    );
  while (taken()) x += NODE.width + NODE.gapX;
  return { x, y: point.y };
}

/** Removes nodes. A removed layer with one input hands that input on, so that a chain stays whole. */
export function removeNodes(graph: Graph, layers: Layers, gone: ReadonlySet<string>): Graph {
  let next = graph;
  for (const id of gone) next = removeNode(next, layers, id);
  return next;
}

function removeNode(graph: Graph, layers: Layers, id: string): Graph {
  if (!findNode(graph, id)) return graph;
  const before = incoming(graph, id);
  const after = outgoing(graph, id);
  const nodes = graph.nodes
    .filter((node) => node.id !== id)
    .map((node) => (node.shares === id ? { ...node, shares: null } : node));
  const edges = graph.edges.filter((edge) => edge.source !== id && edge.target !== id);
  let next: Graph = { ...graph, nodes, edges };
  const [only] = before;
  if (only && before.length === 1)
    for (const edge of after) next = connect(next, layers, only.source, edge.target, edge.port, only.output);
  return closeGaps(
    next,
    layers,
    after.map((edge) => edge.target),
  );
}

export function moveNodes(graph: Graph, positions: ReadonlyMap<string, Point>): Graph {
  let changed = false;
  const nodes = graph.nodes.map((node) => {
    const asked = positions.get(node.id);
    const to = asked && rounded(asked);
    if (!to || (to.x === node.position.x && to.y === node.position.y)) return node;
    changed = true;
    return { ...node, position: to };
  });
  return changed ? { ...graph, nodes } : graph;
}

function change(graph: Graph, id: string, edit: (node: GraphNode) => GraphNode): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? edit(node) : node)) };
}

export const setField = (graph: Graph, id: string, field: string, value: Json) =>
  change(graph, id, (node) => ({ ...node, config: { ...node.config, [field]: value } }));

export const setConfig = (graph: Graph, id: string, config: Config) =>
  change(graph, id, (node) => ({ ...node, config: { ...node.config, ...config } }));

export const setShares = (graph: Graph, id: string, shares: string | null) =>
  change(graph, id, (node) => ({ ...node, shares }));

export function renameNode(graph: Graph, from: string, to: string): Graph {
  if (from === to) return graph;
  const name = (id: string) => (id === from ? to : id);
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.id === from || node.shares === from
        ? { ...node, id: name(node.id), shares: node.shares && name(node.shares) }
        : node,
    ),
    edges: graph.edges.map((edge) =>
      edge.source === from || edge.target === from
        ? { ...edge, source: name(edge.source), target: name(edge.target) }
        : edge,
    ),
  };
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
