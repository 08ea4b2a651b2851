/** Which layers of the open drawing lead nowhere; worked out once for each drawing, however many ask. */

import type { Graph } from "../api/types";
import { useLevel } from "./editor";
import { lostNodes } from "./graph/lost";
import { type Layers, usePalette } from "./palette";

let known: { graph: Graph; layers: Layers; lost: ReadonlySet<string> } | null = null;

/** Worked out again only for another drawing; as long as the same are lost, it is the same set. */
function lostOf(graph: Graph, layers: Layers): ReadonlySet<string> {
  if (known?.graph === graph && known.layers === layers) return known.lost;
  const next = lostNodes(graph, layers);
  const before = known?.lost;
  const same = before !== undefined && before.size === next.size && [...next].every((id) => before.has(id));
  known = { graph, layers, lost: same ? before : next };
  return known.lost;
}

export function useLost(): ReadonlySet<string> {
  const layers = usePalette((palette) => palette.layers);
  return lostOf(useLevel(), layers);
}
