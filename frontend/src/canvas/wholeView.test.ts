import { expect, test } from "vitest";
import { apart, type Box } from "./useReveal";
import { wholeView } from "./wholeView";

const frame = { width: 1000, height: 700 };
const overview: Box = { left: 785, top: 15, width: 200, height: 150 };
const tools: Box = { left: 12, top: 650, width: 240, height: 36 };
const box = (left: number, top: number): Box => ({ left, top, width: 206, height: 78 });

function shown(nodes: Box[], covered: Box[]): Box[] {
  const { x, y, zoom } = wholeView(nodes, frame, covered);
  return nodes.map((node) => ({
    left: zoom * node.left + x,
    top: zoom * node.top + y,
    width: zoom * node.width,
    height: zoom * node.height,
  }));
}

const columns = (count: number, rows: number) =>
  Array.from({ length: count * rows }, (_, place) =>
    box((place % count) * 246, Math.floor(place / count) * 124),
  );

test("a drawing that meets nothing is shown in the middle, at most in its own size", () => {
  const [node] = shown([box(0, 0)], [overview, tools]);
  expect(node).toEqual({ left: 397, top: 311, width: 206, height: 78 });
});

test.each([
  [1, 30],
  [5, 12],
  [12, 3],
  [9, 9],
])("of %i columns and %i rows no node is hidden, and all are in sight", (count, rows) => {
  for (const node of shown(columns(count, rows), [overview, tools])) {
    expect(apart(node, overview) && apart(node, tools)).toBe(true);
    expect(node.left >= 0 && node.top >= 0).toBe(true);
    expect(node.left + node.width <= frame.width && node.top + node.height <= frame.height).toBe(true);
  }
});

test("what lies over the canvas takes no more room than it must", () => {
  const free = wholeView(columns(12, 3), frame, []).zoom;
  expect(wholeView(columns(12, 3), frame, [overview]).zoom).toBe(free);
});
