/** The open project: its document with undo and redo, and what is selected in it. */

import { temporal } from "zundo";
import { create, useStore } from "zustand";
import type { Graph, Project, ProjectDocument, Settings } from "../api/types";
import { levelAt, type Path, placeOf, standing, withLevel } from "./graph/levels";
import { currentLayers } from "./palette";

export const emptyGraph: Graph = { format: 1, nodes: [], edges: [] };

interface Editor {
  /** The open project, or null while none is open. */
  project: number | null;
  document: ProjectDocument;
  /** The blocks one has entered, from the outside: whose drawing is shown. */
  path: Path;
  /** Ids of the selected nodes ("block/node" for one inside an unfolded block), and keys of the selected edges. */
  selection: string[];
  selectedEdges: string[];
}

const blank: Editor = {
  project: null,
  document: { name: "", graph: emptyGraph, dataset: null, recipe: null, settings: {} },
  path: [],
  selection: [],
  selectedEdges: [],
};

export const useEditor = create<Editor>()(
  temporal(() => blank, {
    limit: 200,
    partialize: (editor) => ({ document: editor.document }),
    equality: (before, after) => before.document === after.document,
  }),
);

const history = () => useEditor.temporal.getState();

/** Shows a project just read from the server; what was undone before it is forgotten. */
export function openDocument(project: Project): void {
  const { name, graph, dataset, recipe, settings } = project;
  const same = useEditor.getState().project === project.id;
  useEditor.setState({
    project: project.id,
    document: { name, graph, dataset, recipe, settings },
    ...(same ? {} : { path: [], selection: [], selectedEdges: [] }),
  });
  history().clear();
  dropLostSelection();
}

export function closeDocument(): void {
  useEditor.setState(blank);
  history().clear();
}

const SAME_STEP_MS = 1_500;
let lastStep: { name: string; at: number } | null = null;

/** Changes parts of the document in one undoable step. Changes of one named step that follow each other quickly,
 *  such as the digits of a number being typed, are undone together. */
export function changeDocument(changes: Partial<ProjectDocument>, step?: string): void {
  const now = Date.now();
  const continued = step !== undefined && lastStep?.name === step && now - lastStep.at < SAME_STEP_MS;
  lastStep = step === undefined ? null : { name: step, at: now };
  if (continued) history().pause();
  useEditor.setState(({ document }) => ({ document: { ...document, ...changes } }));
  if (continued) history().resume();
}

/** Fills in what was empty: there is nothing worth going back to, so this is no step, and none lies before it. */
export function fillDocument(changes: Partial<ProjectDocument>): void {
  changeDocument(changes);
  history().clear();
}

const levelOf = ({ document, path }: Editor): Graph => levelAt(document.graph, path) ?? document.graph;

/** The drawing that is shown: the network, or the block one has entered. */
export const currentLevel = () => levelOf(useEditor.getState());
export const useLevel = () => useEditor(levelOf);

/** Changes the drawing that is shown, or the one at another place, in one undoable step; the same drawing back means
 *  no step. */
export function changeGraph(change: (level: Graph) => Graph, step?: string, at?: Path): void {
  const { document, path } = useEditor.getState();
  changeWhole((graph) => changedAt(graph, at ?? path, change), step, document.graph);
}

/** Changes drawings at several places in one undoable step. */
export function changeWhole(
  change: (graph: Graph) => Graph,
  step?: string,
  before: Graph = useEditor.getState().document.graph,
): void {
  const graph = change(before);
  if (graph !== before) changeDocument({ graph }, step);
}

export function changedAt(graph: Graph, at: Path, change: (level: Graph) => Graph): Graph {
  const level = levelAt(graph, at);
  const next = level && change(level);
  return !level || !next || next === level ? graph : withLevel(graph, currentLayers(), at, next);
}

/** Shows the drawing at the end of a path. */
export function enter(path: Path, selection: string[] = []): void {
  const { document } = useEditor.getState();
  useEditor.setState({ path: standing(document.graph, path), selection, selectedEdges: [] });
}

/** The whole place of a selected node: the blocks around it, and its own id. */
export function placeOfSelected(id: string, path: Path = useEditor.getState().path) {
  const { at, id: own } = placeOf(id);
  return { at: [...path, ...at], id: own };
}

export const changeSettings = (settings: Settings, step?: string) => changeDocument({ settings }, step);

export function undo(): void {
  lastStep = null;
  history().undo();
  dropLostSelection();
}

export function redo(): void {
  lastStep = null;
  history().redo();
  dropLostSelection();
}

export const useCanUndo = () => useTemporal((past) => past.pastStates.length > 0);
export const useCanRedo = () => useTemporal((past) => past.futureStates.length > 0);

export function select(nodes: string[], edges: string[] = []): void {
  useEditor.setState((editor) =>
    sameList(editor.selection, nodes) && sameList(editor.selectedEdges, edges)
      ? editor
      : { selection: nodes, selectedEdges: edges },
  );
}

/** What is no longer there is not selected, and one does not stand in it. */
function dropLostSelection(): void {
  const { document, path, selection } = useEditor.getState();
  const next = standing(document.graph, path);
  if (next !== path) {
    enter(next);
    return;
  }
  const there = (id: string) => {
    const place = placeOfSelected(id, path);
    return levelAt(document.graph, place.at)?.nodes.some((node) => node.id === place.id) ?? false;
  };
  select(selection.filter(there));
}

const sameList = (a: string[], b: string[]) => a.length === b.length && a.every((id, i) => id === b[i]);

function useTemporal<T>(pick: (state: ReturnType<typeof history>) => T): T {
  return useStore(useEditor.temporal, pick);
}
