/** Brings a node into view where it is not, as gently as possible. */

import { useReactFlow } from "@xyflow/react";
import { type RefObject, useCallback } from "react";
import { useEditor } from "../stores/editor";
import { findNode, NODE } from "../stores/graph/commands";

const MARGIN = 12;

export function useReveal(area: RefObject<HTMLElement | null>) {
  const { setViewport, getViewport } = useReactFlow();
  return useCallback(
    (id: string) => {
      const node = findNode(useEditor.getState().document.graph, id);
      const frame = area.current?.getBoundingClientRect();
      if (!node || !frame) return;
      const { x, y, zoom } = getViewport();
      const left = node.position.x * zoom + x;
      const top = node.position.y * zoom + y;
      const dx = shift(left, NODE.width * zoom, frame.width);
      const dy = shift(top, NODE.height * zoom, frame.height);
      if (dx !== 0 || dy !== 0) setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 150 });
    },
    [area, getViewport, setViewport],
  );
}

/** How far something must move to lie within the frame. */
export function shift(start: number, size: number, frame: number): number {
  if (start < MARGIN) return MARGIN - start;
  const over = start + size + MARGIN - frame;
  return over > 0 ? -over : 0;
}
