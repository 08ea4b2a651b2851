/** Which wire or layer lies under the pointer. */

import type { GraphEdge } from "../api/types";
import { currentLevel } from "../stores/editor";
import { edgeKey } from "../stores/graph/wires";

export function wireIdAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest(".react-flow__edge")?.getAttribute("data-id");
    if (id) return id;
  }
  return null;
}

export function nodeIdAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest(".react-flow__node")?.getAttribute("data-id");
    if (id) return id;
  }
  return null;
}

export function wireAt(x: number, y: number): GraphEdge | undefined {
  const id = wireIdAt(x, y);
  return currentLevel().edges.find((edge) => edgeKey(edge) === id);
}
