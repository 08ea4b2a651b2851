/** Brings a node into view where it is not, as gently as possible. */

import { useReactFlow } from "@xyflow/react";
import { type RefObject, useCallback } from "react";
import { currentLevel } from "../stores/editor";
import { findNode, NODE } from "../stores/graph/commands";

export const MARGIN = 12;

export function useReveal(area: RefObject<HTMLElement | null>) {
  const { setViewport, getViewport, getInternalNode } = useReactFlow();
  return useCallback(
    (id: string) => {
      const drawnAt = getInternalNode(id)?.internals.positionAbsolute;
      const position = drawnAt ?? findNode(currentLevel(), id)?.position;
      const frame = area.current?.getBoundingClientRect();
      if (!position || !frame) return;
      const { x, y, zoom } = getViewport();
      const left = position.x * zoom + x;
      const top = position.y * zoom + y;
      const drawn = area.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
      const height = drawn?.offsetHeight ?? NODE.height;
      const box = { left, top, width: NODE.width * zoom, height: height * zoom };
      const { dx, dy } = clearing(box, frame, covers(area.current, frame));
      if (dx !== 0 || dy !== 0) setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 150 });
    },
    [area, getViewport, setViewport, getInternalNode],
  );
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What lies over the canvas and hides a part of it. */
export function covers(area: HTMLElement | null, frame: DOMRect): Box[] {
  const found = area?.querySelectorAll("[data-covers], .react-flow__minimap") ?? [];
  return [...found].map((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { left: left - frame.left, top: top - frame.top, width, height };
  });
}

export const apart = (a: Box, b: Box) =>
  a.left >= b.left + b.width + MARGIN ||
  b.left >= a.left + a.width + MARGIN ||
  a.top >= b.top + b.height + MARGIN ||
  b.top >= a.top + a.height + MARGIN;

/** The shortest way to a place within the frame that nothing covers; where there is none, just into the frame. */
export function clearing(
  box: Box,
  frame: { width: number; height: number },
  covered: Box[],
): { dx: number; dy: number } {
  const lefts = [box.left + shift(box.left, box.width, frame.width)];
  const tops = [box.top + shift(box.top, box.height, frame.height)];
  for (const cover of covered) {
    lefts.push(cover.left - box.width - MARGIN, cover.left + cover.width + MARGIN);
    tops.push(cover.top - box.height - MARGIN, cover.top + cover.height + MARGIN);
  }
  const places = lefts
    .flatMap((left) => tops.map((top) => ({ ...box, left, top })))
    .filter((place) => shift(place.left, box.width, frame.width) === 0)
    .filter((place) => shift(place.top, box.height, frame.height) === 0)
    .filter((place) => covered.every((cover) => apart(place, cover)))
    .map((place) => ({ dx: place.left - box.left, dy: place.top - box.top }))
    .sort((a, b) => Math.hypot(a.dx, a.dy) - Math.hypot(b.dx, b.dy));
  const into = { dx: (lefts[0] ?? 0) - box.left, dy: (tops[0] ?? 0) - box.top };
  return places[0] ?? into;
}

/** How far something must move to lie within the frame. */
export function shift(start: number, size: number, frame: number): number {
  if (start < MARGIN) return MARGIN - start;
  const over = start + size + MARGIN - frame;
  return over > 0 ? -over : 0;
}
