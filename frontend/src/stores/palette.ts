/** The layers there are, as the server describes them, and the colour of each family. */

import { create } from "zustand";
import { api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { LayerType } from "../api/types";

export type Layers = ReadonlyMap<string, LayerType>;

interface Palette {
  layers: Layers;
  /** Family names in the order in which the server first names them. */
  families: string[];
}

export const usePalette = create<Palette>(() => ({ layers: new Map(), families: [] }));

export async function loadPalette(): Promise<void> {
  if (usePalette.getState().layers.size > 0) return;
  const list = await queryClient.fetchQuery({
    queryKey: keys.layers,
    queryFn: () => api.get<LayerType[]>("/api/layers/"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  usePalette.setState({
    layers: new Map(list.map((layer) => [layer.type, layer])),
    families: [...new Set(list.map((layer) => layer.family))],
  });
}

export const currentLayers = () => usePalette.getState().layers;
export const useLayerType = (type: string) => usePalette((palette) => palette.layers.get(type));

/** The place of the layer's family among all families, which decides its hue and sign. */
export const useFamilyIndex = (family: string | undefined) =>
  usePalette((palette) => (family === undefined ? -1 : palette.families.indexOf(family)));

/** Whether it is a layer of its own; the palette also tells of the node that stands for a block. */
export const isLayer = (layer: LayerType) => layer.role !== "block";
