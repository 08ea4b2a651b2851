/** The keyboard on the canvas: arrows walk from node to node, with Shift they nudge; the rest are commands. */

import { type KeyboardEvent, type RefObject, useCallback } from "react";
import {
  copySelection,
  cutSelection,
  deleteSelection,
  duplicateSelection,
  duplicateSharing,
  pasteCopied,
  selectAll,
} from "../stores/drawing";
import { changeGraph, currentLevel, enter, redo, select, undo, useEditor } from "../stores/editor";
import { findNode, moveNodes } from "../stores/graph/commands";
import { showTab } from "../stores/view";
import { useCommands } from "../ui/commands";
import { directions, isDirection, neighbour } from "./moves";
import { useReveal } from "./useReveal";

const NUDGE = 10;
const noText = () => window.getSelection()?.isCollapsed ?? true;
const somethingChosen = () =>
  useEditor.getState().selection.length + useEditor.getState().selectedEdges.length > 0;

/** Whether the canvas, and no menu or panel, has the keyboard. */
const onCanvas = () =>
  document.activeElement === document.body ||
  document.activeElement?.closest('[aria-label="Canvas"]') !== null;

const inBlock = () => useEditor.getState().path.length > 0;

/** Goes to the drawing around the one that is shown. */
function leave(): void {
  const { path } = useEditor.getState();
  enter(path.slice(0, -1), path.slice(-1));
}

/** Opens the properties and puts the cursor into their first field. */
function openProperties(): void {
  showTab("layer");
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("#layer-form input, #layer-form button")?.focus();
  });
}

const commands = [
  { id: "undo", label: "Undo", keys: "Ctrl+Z", run: undo },
  { id: "redo", label: "Redo", keys: "Ctrl+Shift+Z or Ctrl+Y", run: redo },
  {
    id: "copy",
    label: "Copy",
    keys: "Ctrl+C",
    run: copySelection,
    when: () => noText() && somethingChosen(),
  },
  { id: "cut", label: "Cut", keys: "Ctrl+X", run: cutSelection, when: () => noText() && somethingChosen() },
  { id: "paste", label: "Paste", keys: "Ctrl+V", run: pasteCopied },
  { id: "duplicate", label: "Duplicate", keys: "Ctrl+D", run: duplicateSelection },
  {
    id: "duplicate-sharing",
    label: "Duplicate with shared weights",
    keys: "Ctrl+Shift+D",
    run: duplicateSharing,
    when: somethingChosen,
  },
  { id: "delete", label: "Delete", keys: "Delete or Backspace", run: deleteSelection, when: somethingChosen },
  { id: "select-all", label: "Select everything", keys: "Ctrl+A", run: selectAll },
  {
    id: "unselect",
    label: "Select nothing",
    keys: "Escape",
    run: () => select([]),
    when: () => somethingChosen() && onCanvas(),
  },
  {
    id: "leave",
    label: "Leave the block",
    keys: "Escape",
    run: leave,
    when: () => inBlock() && !somethingChosen() && onCanvas(),
  },
];

const listed = [
  { id: "walk", label: "Go to the next layer", keys: "Arrows" },
  { id: "nudge", label: "Move the layer", keys: "Shift+Arrows" },
  { id: "properties", label: "Edit its settings", keys: "Enter" },
];

export function useCanvasKeys(area: RefObject<HTMLElement | null>) {
  useCommands([
    ...commands.map((command) => ({ ...command, group: "Drawing" })),
    ...listed.map((line) => ({ ...line, group: "Drawing", passive: true, hidden: true, run: () => {} })),
  ]);

  const reveal = useReveal(area);

  return useCallback(
    (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onNode = event.target === area.current || (event.target as Element).closest(".react-flow__node");
      if (!onNode) return;
      const { selection } = useEditor.getState();
      const focused = (event.target as Element).closest(".react-flow__node")?.getAttribute("data-id");
      const { nodes } = currentLevel();
      const current = findNode(currentLevel(), selection.at(-1) ?? focused);
      if (isDirection(event.key)) {
        event.preventDefault();
        if (event.shiftKey) {
          nudge(event.key);
          return;
        }
        const next = current ? neighbour(nodes, current, event.key) : nodes[0];
        if (!next) return;
        select([next.id]);
        reveal(next.id);
        const element = `.react-flow__node[data-id="${CSS.escape(next.id)}"]`;
        area.current?.querySelector<HTMLElement>(element)?.focus({ preventScroll: true });
      }
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        const id = focused ?? current?.id;
        if (!id) return;
        select([id]);
        if (event.key === "Enter") openProperties();
      }
    },
    [area, reveal],
  );
}

function nudge(key: keyof typeof directions): void {
  const { x, y } = directions[key];
  const { selection } = useEditor.getState();
  const moved = currentLevel().nodes.filter((node) => selection.includes(node.id));
  const positions = new Map(
    moved.map((node) => [node.id, { x: node.position.x + x * NUDGE, y: node.position.y + y * NUDGE }]),
  );
  changeGraph((graph) => moveNodes(graph, positions));
}
