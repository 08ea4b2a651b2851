/** The view of a whole drawing: as large as it gets while nothing that lies over the canvas hides a node. */

import { apart, type Box, MARGIN } from "./useReveal";

const LEAST = 0.03;
const MOST = 1;
/** Space around the drawing. */
const AROUND = 28;

interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The four ways to keep clear of something. */
const SIDES: ((room: Room, cover: Box) => Room)[] = [
  (room) => room,
  (room, cover) => ({ ...room, right: Math.min(room.right, cover.left - MARGIN) }),
  (room, cover) => ({ ...room, left: Math.max(room.left, cover.left + cover.width + MARGIN) }),
  (room, cover) => ({ ...room, bottom: Math.min(room.bottom, cover.top - MARGIN) }),
  (room, cover) => ({ ...room, top: Math.max(room.top, cover.top + cover.height + MARGIN) }),
];

const FEW = 3;

export function wholeView(
  nodes: Box[],
  frame: { width: number; height: number },
  covered: Box[],
): { x: number; y: number; zoom: number } {
  const whole = {
    left: AROUND,
    top: AROUND,
    right: frame.width - AROUND,
    bottom: frame.height - AROUND,
  };
  const rooms = covered
    .slice(0, FEW)
    .reduce<Room[]>(
      (before, cover) => SIDES.flatMap((beside) => before.map((room) => beside(room, cover))),
      [whole],
    );
  const views = rooms
    .filter(({ left, top, right, bottom }) => right > left && bottom > top)
    .map((room) => within(nodes, room))
    .sort((a, b) => b.zoom - a.zoom);
  return views.find((view) => clear(nodes, view, covered)) ?? within(nodes, whole);
}

/** The drawing in the middle of a room. */
function within(nodes: Box[], { left, top, right, bottom }: Room) {
  const x = Math.min(...nodes.map((node) => node.left));
  const y = Math.min(...nodes.map((node) => node.top));
  const width = Math.max(...nodes.map((node) => node.left + node.width)) - x;
  const height = Math.max(...nodes.map((node) => node.top + node.height)) - y;
  const fits = Math.min((right - left) / width, (bottom - top) / height);
  const zoom = Math.min(MOST, Math.max(LEAST, fits));
  return {
    x: (left + right - zoom * width) / 2 - zoom * x,
    y: (top + bottom - zoom * height) / 2 - zoom * y,
    zoom,
  };
}

function clear(nodes: Box[], { x, y, zoom }: ReturnType<typeof within>, covered: Box[]): boolean {
  const shown = nodes.map((node) => ({
    left: zoom * node.left + x,
    top: zoom * node.top + y,
    width: zoom * node.width,
    height: zoom * node.height,
  }));
  return covered.every((cover) => shown.every((node) => apart(node, cover)));
}
