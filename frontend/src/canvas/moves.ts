/** Moving the selection by arrow keys: to the nearest node in that direction. */

import type { GraphNode } from "../api/types";

export type Direction = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

export const directions: Record<Direction, { x: number; y: number }> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

export const isDirection = (key: string): key is Direction => key in directions;

/** The nearest node within 60 degrees of the direction; sideways distance counts double. */
export function neighbour(nodes: GraphNode[], from: GraphNode, direction: Direction): GraphNode | null {
  const { x, y } = directions[direction];
  let best: GraphNode | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const dx = node.position.x - from.position.x;
    const dy = node.position.y - from.position.y;
    const along = dx * x + dy * y;
    const across = Math.abs(dx * y) + Math.abs(dy * x);
    const cost = along + 2 * across;
    if (along > 0 && across <= 1.8 * along && cost < least) {
      least = cost;
      best = node;
    }
  }
  return best;
}
