/** What the palette offers by key and by name, also while it is folded away. */

import { useBlockLists } from "../stores/blocks";
import { addBlock, addLayer } from "../stores/drawing";
import { isLayer, usePalette } from "../stores/palette";
import { fold } from "../stores/view";
import { useCommands } from "../ui/commands";

/** The id of the search field. */
export const FIELD = "find-a-layer";

function find(): void {
  fold("left", false);
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>(`#${FIELD}`)?.select());
}

export function PaletteCommands() {
  const layers = usePalette((palette) => palette.layers);
  const { library, saved } = useBlockLists();
  useCommands([
    { id: "find-layer", label: "Find a layer", group: "Drawing", keys: "/", run: find },
    ...[...layers.values()].filter(isLayer).map((layer) => ({
      id: `add-${layer.type}`,
      label: `Add ${layer.title}`,
      group: "Add a layer",
      run: () => void addLayer(layer.type),
    })),
    ...library.map(({ name, block }) => ({
      id: `add-block-${name}`,
      label: `Add the block ${block.title}`,
      group: "Add a block",
      run: () => addBlock(block),
    })),
    ...saved.map(({ id, block }) => ({
      id: `add-own-block-${id}`,
      label: `Add my block ${block.title}`,
      group: "Add a block",
      run: () => addBlock(block),
    })),
  ]);
  return null;
}
