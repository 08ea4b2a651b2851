/** Everything the palette offers: layers by family, then the blocks of the library and one's own. */

import { useMemo } from "react";
import { useBlockLists } from "../stores/blocks";
import { isLayer, usePalette } from "../stores/palette";
import type { Offer } from "./search";

export function useOffers(): { offers: Offer[]; families: string[] } {
  const { layers, families } = usePalette();
  const { library, saved } = useBlockLists();
  const offers = useMemo(() => {
    const all = [...layers.values()];
    const family = all.find((layer) => !isLayer(layer))?.family ?? "";
    const own = all.filter(isLayer).map(
      (layer): Offer => ({
        key: layer.type,
        title: layer.title,
        family: layer.family,
        doc: layer.doc,
        layer,
      }),
    );
    const ready = library.map(
      ({ name, block }): Offer => ({
        key: `block ${name}`,
        title: block.title,
        family,
        doc: block.description,
        block,
      }),
    );
    const kept = saved.map(
      ({ id, block }): Offer => ({
        key: `own ${id}`,
        title: block.title,
        family,
        doc: block.description || "One of your blocks.",
        block,
        saved: id,
      }),
    );
    return [...own, ...ready, ...kept];
  }, [layers, library, saved]);
  return { offers, families };
}
