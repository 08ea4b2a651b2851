/** Which layers a few typed letters mean, best first. */

import type { LayerType } from "../api/types";

function rank(layer: LayerType, words: string): number {
  const title = layer.title.toLowerCase();
  if (title === words) return 0;
  if (title.startsWith(words)) return 1;
  if (title.includes(words)) return 2;
  if (layer.family.toLowerCase().includes(words)) return 3;
  return layer.doc.toLowerCase().includes(words) ? 4 : 9;
}

export function found(layers: LayerType[], query: string): LayerType[] {
  const words = query.trim().toLowerCase();
  if (!words) return layers;
  return layers
    .map((layer) => ({ layer, rank: rank(layer, words) }))
    .filter((match) => match.rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .map((match) => match.layer);
}
