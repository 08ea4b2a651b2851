/** What the palette offers by key and by name, also while it is folded away. */

import { addLayer } from "../stores/drawing";
import { usePalette } from "../stores/palette";
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
  useCommands([
    { id: "find-layer", label: "Find a layer", group: "Drawing", keys: "/", run: find },
    ...[...layers.values()].map((layer) => ({
      id: `add-${layer.type}`,
      label: `Add ${layer.title}`,
      group: "Add a layer",
      run: () => void addLayer(layer.type),
    })),
  ]);
  return null;
}
