/** The open project: its document with undo and redo, and what is selected in it. */

import { temporal } from "zundo";
import { create, useStore } from "zustand";
import type { Graph, Project, ProjectDocument, Settings } from "../api/types";

export const emptyGraph: Graph = { format: 1, nodes: [], edges: [] };

interface Editor {
  /** The open project, or null while none is open. */
  project: number | null;
  document: ProjectDocument;
  /** Ids of the selected nodes, and keys of the selected edges. */
  selection: string[];
  selectedEdges: string[];
}

const blank: Editor = {
  project: null,
  document: { name: "", graph: emptyGraph, dataset: null, recipe: null, settings: {} },
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
    ...(same ? {} : { selection: [], selectedEdges: [] }),
  });
  history().clear();
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

/** Changes the graph in one undoable step; the same graph back means no step. */
export function changeGraph(change: (graph: Graph) => Graph, step?: string): void {
  const { document } = useEditor.getState();
  const graph = change(document.graph);
  if (graph !== document.graph) changeDocument({ graph }, step);
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

function dropLostSelection(): void {
  const { document, selection } = useEditor.getState();
  const ids = new Set(document.graph.nodes.map((node) => node.id));
  select(selection.filter((id) => ids.has(id)));
}

const sameList = (a: string[], b: string[]) => a.length === b.length && a.every((id, i) => id === b[i]);

function useTemporal<T>(pick: (state: ReturnType<typeof history>) => T): T {
  return useStore(useEditor.temporal, pick);
}
