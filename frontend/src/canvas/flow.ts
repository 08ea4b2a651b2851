/** The drawing as React Flow wants it; what did not change keeps its identity, so only changed nodes draw again. */

import type { Edge, Node } from "@xyflow/react";
import type { Block, Graph, GraphEdge, GraphNode } from "../api/types";
import { NODE, type Point } from "../stores/graph/commands";
import { keyOf, type Path } from "../stores/graph/levels";
import { blockOf } from "../stores/graph/ports";
import { edgeKey } from "../stores/graph/wires";
import type { Arranged, Size } from "./arrange";

export interface Drawn extends Record<string, unknown> {
  node: GraphNode;
  /** The drawing it stands for, if it is a block. */
  block: Block | undefined;
  /** Its name in the report: "block/…/node". */
  key: string;
  /** How many inputs and outputs the wires need. */
  inputs: number;
  outputs: number;
}
export type LayerNode = Node<Drawn, "layer" | "block" | "frame">;
export type Wire = Edge<{ edge: GraphEdge; at: string }, "wire">;

const READABLE = 0.75;
const MARGIN = 32;
/** What the tools cover at the lower edge. */
const TOOLS = 44;

type Placed = Pick<GraphNode, "position"> & Partial<Size>;

/** The first view of a drawing: all of it where it stays readable, else its beginning. */
export function firstView(nodes: Placed[], frame: { width: number; height: number }) {
  const left = Math.min(...nodes.map((node) => node.position.x));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const width = Math.max(...nodes.map((node) => node.position.x + (node.width ?? NODE.width))) - left;
  const height = Math.max(...nodes.map((node) => node.position.y + (node.height ?? NODE.height))) - top;
  const room = frame.height - TOOLS;
  const fits = Math.min((frame.width - 2 * MARGIN) / width, (room - 2 * MARGIN) / height);
  const zoom = Math.min(1, Math.max(READABLE, fits));
  return {
    x: Math.max(MARGIN, (frame.width - zoom * width) / 2) - zoom * left,
    y: Math.max(MARGIN, (room - zoom * height) / 2) - zoom * top,
    zoom,
  };
}

/** Highest connected port, or output, of each node. */
function highest(ends: Iterable<[string, number]>): Map<string, number> {
  const top = new Map<string, number>();
  for (const [id, place] of ends) top.set(id, Math.max(top.get(id) ?? -1, place));
  return top;
}

interface Shown {
  level: Graph;
  path: Path;
  arranged: Arranged;
  selection: ReadonlySet<string>;
  label: (node: GraphNode, block: Block | undefined, frame?: string) => string;
  known: ReadonlyMap<string, LayerNode>;
  /** The frame around these nodes, if they are shown inside one. */
  frame?: string;
}

export function flowNodes(
  before: LayerNode[],
  shown: Omit<Shown, "known" | "frame" | "selection"> & { selection: readonly string[] },
): LayerNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const nodes = levelNodes({ ...shown, known, selection: new Set(shown.selection) });
  const unchanged = nodes.length === before.length && nodes.every((node, index) => node === before[index]);
  return unchanged ? before : nodes;
}

/** The nodes of one drawing, and after each unfolded block those inside it. */
function levelNodes(shown: Shown): LayerNode[] {
  const { level, path, arranged, frame } = shown;
  const top = highest(level.edges.map(({ target, port }) => [target, port]));
  const last = highest(level.edges.map(({ source, output }) => [source, output ?? 0]));
  return level.nodes.flatMap((node) => {
    const inside = arranged.frames.get(node.id);
    const inputs = (top.get(node.id) ?? -1) + 1;
    const outputs = (last.get(node.id) ?? -1) + 1;
    const drawn = flowNode(shown, node, { inputs, outputs });
    if (!inside) return [drawn];
    const inner = { ...shown, level: inside.level, arranged: inside.inner, path: [...path, node.id] };
    return [drawn, ...levelNodes({ ...inner, frame: idIn(frame, node.id) })];
  });
}

const idIn = (frame: string | undefined, id: string) => (frame === undefined ? id : `${frame}/${id}`);

function flowNode(
  { level, path, arranged, selection, label, known: all, frame }: Shown,
  node: GraphNode,
  ends: { inputs: number; outputs: number },
): LayerNode {
  const id = idIn(frame, node.id);
  const known = all.get(id);
  const block = blockOf(level, node);
  const size = arranged.frames.get(node.id)?.size;
  const type = size ? "frame" : block ? "block" : "layer";
  const position = arranged.at.get(node.id) ?? node.position;
  const selected = selection.has(id);
  const data: Drawn = { node, block, key: keyOf([...path, node.id]), ...ends };
  const same = known && known.type === type && sameData(known.data, data);
  const still = same && samePoint(known.position, position) && sameSize(known, size);
  if (known && still && known.selected === selected && !known.dragging) return known;
  return {
    ...(known?.type === type ? known : {}),
    id,
    type,
    initialWidth: size?.width ?? NODE.width,
    initialHeight: size?.height ?? NODE.height,
    ...(size ? { width: size.width, height: size.height } : {}),
    ...(frame === undefined ? {} : { parentId: frame, draggable: false, connectable: false }),
    position,
    data: same ? known.data : data,
    selected,
    dragging: false,
    ariaLabel: label(node, block, frame),
  };
}

const sameData = (a: Drawn, b: Drawn) =>
  a.node === b.node &&
  a.block === b.block &&
  a.key === b.key &&
  a.inputs === b.inputs &&
  a.outputs === b.outputs;
const samePoint = (a: Point, b: Point) => a.x === b.x && a.y === b.y;
const sameSize = (node: LayerNode, size: Size | undefined) =>
  !size || (node.width === size.width && node.height === size.height);

export function flowEdges(
  before: Wire[],
  level: Graph,
  selection: readonly string[],
  inside: { path: Path; arranged: Arranged } = { path: [], arranged: { at: new Map(), frames: new Map() } },
): Wire[] {
  const known = new Map(before.map((wire) => [wire.id, wire]));
  return levelEdges({ level, ...inside, selection: new Set(selection), known });
}

interface ShownWires extends Pick<Shown, "level" | "path" | "arranged" | "selection" | "frame"> {
  known: ReadonlyMap<string, Wire>;
}

function levelEdges(shown: ShownWires): Wire[] {
  const { level, path, arranged, frame } = shown;
  const own = level.edges.map((edge) => flowEdge(shown, edge));
  const inner = [...arranged.frames].flatMap(([id, inside]) =>
    levelEdges({
      ...shown,
      level: inside.level,
      arranged: inside.inner,
      path: [...path, id],
      frame: idIn(frame, id),
    }),
  );
  return inner.length > 0 ? [...own, ...inner] : own;
}

function flowEdge({ path, selection, known: all, frame }: ShownWires, edge: GraphEdge): Wire {
  const id = idIn(frame, edgeKey(edge));
  const known = all.get(id);
  const selected = selection.has(id);
  const at = keyOf(path);
  if (known && known.data?.edge === edge && known.data.at === at && known.selected === selected) return known;
  const from = edge.output ? `${edge.source}, output ${edge.output + 1},` : edge.source;
  return {
    id,
    type: "wire",
    source: idIn(frame, edge.source),
    target: idIn(frame, edge.target),
    sourceHandle: String(edge.output ?? 0),
    targetHandle: String(edge.port),
    data: { edge, at },
    selected,
    ...(frame === undefined ? {} : { selectable: false, reconnectable: false, focusable: false }),
    ariaRole: "button",
    ariaLabel: `Wire from ${from} to ${edge.target}${frame === undefined ? "" : ` in ${frame}`}`,
  };
}
