/** Where the nodes of a drawing are shown: an unfolded block is larger, and what stands around it makes room. */

import type { Graph } from "../api/types";
import { NODE, type Point } from "../stores/graph/commands";
import { keyOf, levelAt, type Path } from "../stores/graph/levels";

export interface Size {
  width: number;
  height: number;
}

export interface Arranged {
  /** The upper left corner of each node; inside a block from the corner of its frame. */
  at: Map<string, Point>;
  /** The unfolded blocks: how large their frames are, and how they are arranged inside. */
  frames: Map<string, { size: Size; inner: Arranged; level: Graph }>;
}

/** Space around the nodes in a frame. */
export const FRAME = { side: 18, top: 46, bottom: 44 };

const FOLDED: Size = { width: NODE.width, height: NODE.height };

export function arrange(graph: Graph, path: Path, unfolded: ReadonlySet<string>): Arranged {
  const level = levelAt(graph, path) ?? graph;
  const frames: Arranged["frames"] = new Map();
  for (const node of level.nodes) {
    const place = [...path, node.id];
    const inside = unfolded.has(keyOf(place)) ? levelAt(graph, place) : null;
    if (inside) frames.set(node.id, frame(graph, place, inside, unfolded));
  }
  const at = new Map<string, Point>();
  for (const node of level.nodes) {
    let { x, y } = node.position;
    for (const [id, { size }] of frames) {
      const block = level.nodes.find((other) => other.id === id);
      if (!block) continue;
      const aside = (size.width - FOLDED.width) / 2;
      if (id === node.id) x -= aside;
      else if (node.position.y >= block.position.y + FOLDED.height) y += size.height - FOLDED.height;
      else if (node.position.y > block.position.y - FOLDED.height)
        x += node.position.x < block.position.x ? -aside : aside;
    }
    at.set(node.id, { x, y });
  }
  return { at, frames };
}

function frame(graph: Graph, path: Path, level: Graph, unfolded: ReadonlySet<string>) {
  const inner = arrange(graph, path, unfolded);
  const boxes = level.nodes.map((node) => ({
    ...(inner.at.get(node.id) ?? node.position),
    ...(inner.frames.get(node.id)?.size ?? FOLDED),
  }));
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  for (const [id, { x, y }] of inner.at)
    inner.at.set(id, { x: x - left + FRAME.side, y: y - top + FRAME.top });
  const empty = boxes.length === 0;
  const size = {
    width: empty ? FOLDED.width : right - left + 2 * FRAME.side,
    height: (empty ? 0 : bottom - top) + FRAME.top + FRAME.bottom,
  };
  return { size, inner, level };
}

/** Where a node is to be kept that is dropped at this point: as if all blocks were folded. */
export function keptAt(level: Graph, { at, frames }: Arranged, point: Point): Point {
  let { y } = point;
  const inOrder = [...frames].sort(([a], [b]) => (at.get(a)?.y ?? 0) - (at.get(b)?.y ?? 0));
  for (const [id, { size }] of inOrder.reverse()) {
    const shown = at.get(id);
    if (shown && level.nodes.some((node) => node.id === id) && point.y >= shown.y + size.height)
      y -= size.height - FOLDED.height;
  }
  return { x: point.x, y };
}
