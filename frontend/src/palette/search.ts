/** Which layers and blocks a few typed letters mean, best first. */

import type { BlockDocument, LayerType } from "../api/types";

/** What the palette offers: a layer, or a block of the library or of one's own. */
export interface Offer {
  key: string;
  title: string;
  family: string;
  doc: string;
  layer?: LayerType;
  block?: BlockDocument;
  /** The number of a block one keeps. */
  saved?: number;
}

function rank(offer: Offer, words: string): number {
  const title = offer.title.toLowerCase();
  if (title === words) return 0;
  if (title.startsWith(words)) return 1;
  if (title.includes(words)) return 2;
  if (offer.family.toLowerCase().includes(words)) return 3;
  return offer.doc.toLowerCase().includes(words) ? 4 : 9;
}

export function found(offers: Offer[], query: string): Offer[] {
  const words = query.trim().toLowerCase();
  if (!words) return offers;
  return offers
    .map((offer) => ({ offer, rank: rank(offer, words) }))
    .filter((match) => match.rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .map((match) => match.offer);
}
