/** What people do to the drawing, from wherever they do it: palette, canvas, keyboard or a proposed fix. */

import type { BlockDocument, Config, Graph, GraphEdge, GraphProblem } from "../api/types";
import { tell } from "../ui/notify";
import { useChecking } from "./checking";
import { changeRecipe, readOtherwise } from "./dataset";
import {
  changedAt,
  changeGraph,
  changeWhole,
  currentLevel,
  enter,
  placeOfSelected,
  select,
  useEditor,
} from "./editor";
import { useFolding } from "./folding";
import { adoptDocument } from "./graph/adopting";
import { keepSnippet, keptSnippet, paste, type Snippet, snippet } from "./graph/clipboard";
import {
  addAfter,
  addNode,
  findNode,
  freeSpot,
  NODE,
  type Point,
  removeNodes,
  renameNode,
  setShares,
  spliceNode,
  startConfig,
} from "./graph/commands";
import { applyFix, localFix } from "./graph/fixes";
import { blockNameAt, keyOf, type Path, pathOf, placeOf } from "./graph/levels";
import { typeOfRole } from "./graph/making";
import { freeId, idsOf, snakeCase } from "./graph/names";
import { closeGaps, edgeKey, removeEdges } from "./graph/wires";
import { currentLayers } from "./palette";
import { mended } from "./rereading";

interface New {
  type: string;
  config: Config;
}

function begin(type: string): New {
  const layer = currentLayers().get(type);
  const level = currentLevel();
  if (!layer) return { type, config: {} };
  if (!layer.role || useEditor.getState().path.length === 0)
    return { type, config: startConfig(level, layer, useChecking.getState().report) };
  // Inside a block it is a port, which has a name of its own.
  return { type, config: { name: freeId(snakeCase(type), idsOf(level)) } };
}

function put({ graph: next, id }: { graph: Graph; id: string }): string {
  changeGraph(() => next);
  select([id]);
  return id;
}

function addTo(level: Graph, { type, config }: New): string {
  const { selection } = useEditor.getState();
  const selected = selection.length === 1 ? (selection[0] ?? null) : null;
  const lowest = Math.max(...level.nodes.map((node) => node.position.y), -NODE.height - NODE.gapY);
  const fallback = { x: level.nodes[0]?.position.x ?? 0, y: lowest + NODE.height + NODE.gapY };
  return put(addAfter(level, currentLayers(), type, { selected, config, fallback }));
}

function dropOn(level: Graph, { type, config }: New, at: Point, wire?: GraphEdge): string {
  if (wire) return put(spliceNode(level, currentLayers(), type, wire, config, at));
  return put(addNode(level, type, at, config));
}

/** Adds a layer where it most likely belongs: after the selected one, or after the only open end. */
export const addLayer = (type: string) => addTo(currentLevel(), begin(type));

/** Adds a layer at a point of the canvas, into a wire if it was dropped on one. */
export const dropLayer = (type: string, at: Point, wire?: GraphEdge) =>
  dropOn(currentLevel(), begin(type), at, wire);

/** Copies a block into the drawing and adds a node that stands for it. */
export function addBlock(block: BlockDocument): void {
  const adopted = adoptHere(block);
  if (adopted) addTo(adopted.graph, adopted.node);
}

export function dropBlock(block: BlockDocument, at: Point, wire?: GraphEdge): void {
  const adopted = adoptHere(block);
  if (adopted) dropOn(adopted.graph, adopted.node, at, wire);
}

function adoptHere(block: BlockDocument): { graph: Graph; node: New } | null {
  const type = typeOfRole(currentLayers(), "block");
  const { graph, name } = adoptDocument(currentLevel(), block);
  if (!type || !fitsHere([name, ...Object.keys(block.blocks ?? {})])) return null;
  return { graph, node: { type, config: { block: name, repeat: 1 } } };
}

/** A block cannot stand inside itself. */
function fitsHere(names: string[]): boolean {
  const { document, path } = useEditor.getState();
  const around = path.map((_, place) => blockNameAt(document.graph, path.slice(0, place + 1)));
  const twice = names.find((name) => around.includes(name));
  if (twice !== undefined)
    tell(`The block “${document.graph.blocks?.[twice]?.title ?? twice}” cannot stand inside itself.`);
  return twice === undefined;
}

/** The selected nodes by the drawing they stand in. */
function chosenByPlace(): Map<string, string[]> {
  const { selection } = useEditor.getState();
  const places = new Map<string, string[]>();
  for (const selected of selection) {
    const { at, id } = placeOfSelected(selected);
    places.set(keyOf(at), [...(places.get(keyOf(at)) ?? []), id]);
  }
  return places;
}

/** Those selected in the drawing that is shown, not in blocks unfolded in it. */
export const chosenHere = () => useEditor.getState().selection.filter((id) => placeOf(id).at.length === 0);

export function deleteSelection(): void {
  const { path, selectedEdges } = useEditor.getState();
  const wires = new Set(selectedEdges);
  changeWhole((graph) => {
    let next = changedAt(graph, path, (now) => {
      const gone = new Set(chosenHere());
      // The wires of a removed layer are its own affair: a chain closes where it was.
      for (const edge of now.edges)
        if (gone.has(edge.source) || gone.has(edge.target)) wires.delete(edgeKey(edge));
      return removeEdges(now, currentLayers(), wires);
    });
    for (const [place, ids] of chosenByPlace())
      next = changedAt(next, pathOf(place), (now) => removeNodes(now, currentLayers(), new Set(ids)));
    return next;
  });
  select([]);
}

export function copySelection(): boolean {
  const part = chosenPart();
  if (part.nodes.length === 0) return false;
  keepSnippet(part);
  return true;
}

const chosenPart = () => snippet(currentLevel(), new Set(chosenHere()));

export function cutSelection(): void {
  if (copySelection()) deleteSelection();
}

export function pasteCopied(): void {
  const part = keptSnippet();
  if (part) insertPart(part);
}

export function duplicateSelection(): void {
  const part = chosenPart();
  if (part.nodes.length > 0) insertPart(part);
}

/** Copies of the selected layers that use the weights of the originals. */
export function duplicateSharing(): void {
  const part = chosenPart();
  const weights = new Set(withWeights(part.nodes.map((node) => node.id)));
  if (weights.size === 0) tell("None of the selected layers has weights to share.");
  else
    insertPart(part, (from) => (weights.has(from) ? (findNode(currentLevel(), from)?.shares ?? from) : null));
}

function withWeights(ids: string[]): string[] {
  const { path } = useEditor.getState();
  const nodes = useChecking.getState().report?.nodes ?? {};
  const level = currentLevel();
  return ids.filter(
    (id) => findNode(level, id)?.shares || (nodes[keyOf([...path, id])]?.parameters ?? 0) > 0,
  );
}

function insertPart(part: Snippet, shares: (from: string) => string | null = () => null): void {
  const corner = {
    x: Math.min(...part.nodes.map((node) => node.position.x)),
    y: Math.min(...part.nodes.map((node) => node.position.y)),
  };
  const level = currentLevel();
  const spot = freeSpot(level, { x: corner.x + NODE.width + NODE.gapX, y: corner.y });
  const added = paste(level, part, { x: spot.x - corner.x, y: spot.y - corner.y });
  const blocks = added.graph.nodes.filter((node) => added.ids.includes(node.id)).map((n) => n.config.block);
  if (!fitsHere(blocks.filter((name) => typeof name === "string"))) return;
  changeGraph(() => {
    let next = closeGaps(added.graph, currentLayers(), added.ids);
    for (const [place, id] of added.ids.entries()) {
      const lender = shares(part.nodes[place]?.id ?? "");
      if (lender) next = setShares(next, id, lender);
    }
    return next;
  });
  select(added.ids);
}

export function selectAll(): void {
  const { nodes, edges } = currentLevel();
  select(
    nodes.map((node) => node.id),
    edges.map(edgeKey),
  );
}

/** Gives a node another id. `at` is the drawing it stands in. */
export function rename(at: Path, from: string, to: string): void {
  const { path, selection } = useEditor.getState();
  const before = keyOf([...at, from].slice(path.length));
  const after = keyOf([...at, to].slice(path.length));
  changeGraph((now) => renameNode(now, from, to), undefined, at);
  useFolding.getState().renamed(keyOf([...at, from]), keyOf([...at, to]));
  select(selection.map((id) => (id === before ? after : id)));
}

/** Shows a node wherever it stands: in an unfolded block, else in the drawing of the block around it. */
export function showNode(key: string): string {
  const { path } = useEditor.getState();
  const place = pathOf(key);
  const within = place.slice(0, path.length).join("/") === keyOf(path) && place.length > path.length;
  const between = place.slice(0, -1).map((_, end) => keyOf(place.slice(0, end + 1)));
  const { unfolded } = useFolding.getState();
  if (within && between.slice(path.length).every((one) => unfolded.includes(one))) {
    const id = keyOf(place.slice(path.length));
    select([id]);
    return id;
  }
  enter(place.slice(0, -1), place.slice(-1));
  return place.at(-1) ?? "";
}

/** Applies the remedy of a problem and selects the node it changed; one that is of the data has them read anew, or
 *  prepared otherwise. */
export function fixProblem(problem: GraphProblem): void {
  if (!problem.fix) return;
  const { dataset, recipe } = useEditor.getState().document;
  if (problem.fix.reading) {
    if (dataset !== null) readOtherwise(dataset, problem.fix.reading);
    return;
  }
  if (problem.fix.recipe) {
    if (recipe) changeRecipe(mended(recipe, problem.fix.recipe));
    return;
  }
  const { at, fix, node } = localFix(problem.fix, problem.node);
  let changed: string | null = null;
  changeGraph(
    (now) => {
      const mended = applyFix(now, currentLayers(), fix, node);
      changed = mended.node;
      return mended.graph;
    },
    undefined,
    at,
  );
  if (changed !== null) showNode(keyOf([...at, changed]));
}
