/** A drawing too long to be seen at once, folded into columns side by side, cut where few wires are cut. */

import type { GraphEdge } from "../api/types";
import type { Point } from "../stores/graph/commands";

export interface Box extends Point {
  width: number;
  height: number;
}

/** Drawings up to this height are left as they are, in pixels of the canvas. */
const TALL = 2_600;
/** How much wider than high the columns together become. */
const RATIO = 1.4;
const GAP = 120;

interface Cut {
  y: number;
  crossed: number;
}

/** New places for boxes laid out from top to bottom; null where one column is best. */
export function wrapped(
  boxes: ReadonlyMap<string, Box>,
  edges: readonly GraphEdge[],
): Map<string, Point> | null {
  const all = [...boxes.values()];
  const left = Math.min(...all.map((box) => box.x));
  const width = Math.max(...all.map((box) => box.x + box.width)) - left;
  const top = Math.min(...all.map((box) => box.y));
  const height = Math.max(...all.map((box) => box.y + box.height)) - top;
  const columns = Math.round(Math.sqrt((RATIO * height) / (width + GAP)));
  if (height <= TALL || columns < 2) return null;
  const cuts = chosen(possible(all, boxes, edges), top, height, columns);
  const places = new Map<string, Point>();
  let x = 0;
  for (let column = 0; column <= cuts.length; column++) {
    const from = cuts[column - 1]?.y ?? top;
    const to = cuts[column]?.y ?? Number.POSITIVE_INFINITY;
    const inside = [...boxes].filter(([, box]) => box.y >= from && box.y < to);
    const own = Math.min(...inside.map(([, box]) => box.x));
    const first = Math.min(...inside.map(([, box]) => box.y));
    for (const [id, box] of inside) places.set(id, { x: x + box.x - own, y: box.y - first });
    x += Math.max(...inside.map(([, box]) => box.x + box.width)) - own + GAP;
  }
  return places;
}

/** Every height at which no box stands, with the number of wires that pass it. */
function possible(all: Box[], boxes: ReadonlyMap<string, Box>, edges: readonly GraphEdge[]): Cut[] {
  const tops = [...new Set(all.map((box) => box.y))].sort((one, other) => one - other);
  const spans = edges.flatMap((edge) => {
    const [source, target] = [boxes.get(edge.source), boxes.get(edge.target)];
    return source && target ? [[source.y, target.y] as const] : [];
  });
  return tops
    .slice(1)
    .filter((y) => !all.some((box) => box.y < y && box.y + box.height > y))
    .map((y) => ({ y, crossed: spans.filter(([from, to]) => from < y && to >= y).length }));
}

/** Near the end of each column the cut that fewest wires pass, the nearest of several. */
function chosen(cuts: Cut[], top: number, height: number, columns: number): Cut[] {
  const step = height / columns;
  const taken: Cut[] = [];
  for (let column = 1; column < columns; column++) {
    const wanted = top + column * step;
    const near = cuts.filter((cut) => Math.abs(cut.y - wanted) < step / 3);
    near.sort(
      (one, other) => one.crossed - other.crossed || Math.abs(one.y - wanted) - Math.abs(other.y - wanted),
    );
    if (near[0]) taken.push(near[0]);
  }
  return taken;
}
