/** What people do to the drawing, from wherever they do it: palette, canvas, keyboard or a proposed fix. */

import type { Graph, GraphEdge, GraphProblem } from "../api/types";
import { useChecking } from "./checking";
import { changeGraph, select, useEditor } from "./editor";
import { keepSnippet, keptSnippet, paste, snippet } from "./graph/clipboard";
import {
  addAfter,
  addNode,
  freeSpot,
  NODE,
  type Point,
  removeNodes,
  renameNode,
  spliceNode,
  startConfig,
} from "./graph/commands";
import { applyFix } from "./graph/fixes";
import { closeGaps, edgeKey, removeEdges } from "./graph/wires";
import { currentLayers } from "./palette";

const graph = () => useEditor.getState().document.graph;
const chosen = () => new Set(useEditor.getState().selection);

function begin(type: string) {
  const layer = currentLayers().get(type);
  return layer ? startConfig(graph(), layer, useChecking.getState().report) : {};
}

function put({ graph: next, id }: { graph: Graph; id: string }): string {
  changeGraph(() => next);
  select([id]);
  return id;
}

/** Adds a layer where it most likely belongs: after the selected one, or after the only open end. */
export function addLayer(type: string): string {
  const { selection } = useEditor.getState();
  const selected = selection.length === 1 ? (selection[0] ?? null) : null;
  const lowest = Math.max(...graph().nodes.map((node) => node.position.y), -NODE.height - NODE.gapY);
  const fallback = { x: graph().nodes[0]?.position.x ?? 0, y: lowest + NODE.height + NODE.gapY };
  const source = { selected, config: begin(type), fallback };
  return put(addAfter(graph(), currentLayers(), type, source));
}

/** Adds a layer at a point of the canvas, into a wire if it was dropped on one. */
export function dropLayer(type: string, at: Point, wire?: GraphEdge): string {
  const config = begin(type);
  if (wire) return put(spliceNode(graph(), currentLayers(), type, wire, config, at));
  return put(addNode(graph(), type, at, config));
}

export function deleteSelection(): void {
  const { selection, selectedEdges } = useEditor.getState();
  const gone = new Set(selection);
  const wires = new Set(selectedEdges);
  changeGraph((now) => {
    // The wires of a removed layer are its own affair: a chain closes where it was.
    for (const edge of now.edges)
      if (gone.has(edge.source) || gone.has(edge.target)) wires.delete(edgeKey(edge));
    return removeNodes(removeEdges(now, currentLayers(), wires), currentLayers(), gone);
  });
  select([]);
}

export function copySelection(): boolean {
  const part = snippet(graph(), chosen());
  if (part.nodes.length === 0) return false;
  keepSnippet(part);
  return true;
}

export function cutSelection(): void {
  if (copySelection()) deleteSelection();
}

export function pasteCopied(): void {
  const part = keptSnippet();
  if (part) insertPart(part);
}

export function duplicateSelection(): void {
  const part = snippet(graph(), chosen());
  if (part.nodes.length > 0) insertPart(part);
}

function insertPart(part: ReturnType<typeof snippet>): void {
  const corner = {
    x: Math.min(...part.nodes.map((node) => node.position.x)),
    y: Math.min(...part.nodes.map((node) => node.position.y)),
  };
  const spot = freeSpot(graph(), { x: corner.x + NODE.width + NODE.gapX, y: corner.y });
  const added = paste(graph(), part, { x: spot.x - corner.x, y: spot.y - corner.y });
  changeGraph(() => closeGaps(added.graph, currentLayers(), added.ids));
  select(added.ids);
}

export const selectAll = () =>
  select(
    graph().nodes.map((node) => node.id),
    graph().edges.map(edgeKey),
  );

export function rename(from: string, to: string): void {
  changeGraph((now) => renameNode(now, from, to));
  select(useEditor.getState().selection.map((id) => (id === from ? to : id)));
}

/** Applies the remedy of a problem and selects the node it changed. */
export function fixProblem(problem: GraphProblem): void {
  const { fix } = problem;
  if (!fix) return;
  const mended = applyFix(graph(), currentLayers(), fix, problem.node);
  changeGraph(() => mended.graph);
  if (mended.node) select([mended.node]);
}
