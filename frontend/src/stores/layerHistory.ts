/** What is known of the layers of a run: as its `layers` events tell it, the newest and over the epochs. */

import type { RunEvent } from "../api/types";
import { Series } from "./series";

/** Figures of one layer that are drawn over the epochs. */
export const LAYER_FIGURES = ["gradient", "update", "dead", "zeros", "weight", "mean", "std"] as const;
export type LayerFigure = (typeof LAYER_FIGURES)[number];

/** A layer tells what it has; null stands for what is no finite number. */
export type LayerRow = { name: string; units?: number; size?: number } & {
  [figure in LayerFigure]?: number | null;
};

/** What is off with a layer, in words; `sign` is short enough for a badge. */
export interface Remark {
  layer: string;
  code: string;
  sign: string;
  message: string;
  hint: string;
}

export interface Inside {
  epoch: number;
  /** How many rows were looked at. */
  rows: number;
  layers: LayerRow[];
  remarks: Remark[];
}

/** What a `layers` event says. */
export const insideOf = (event: RunEvent | null): Inside | null => event as unknown as Inside | null;

/** The figures of every layer over the epochs. */
export class LayerHistory {
  readonly byLayer = new Map<string, Map<LayerFigure, Series>>();

  push(event: RunEvent): void {
    const told = insideOf(event);
    for (const layer of told?.layers ?? []) {
      const own = this.byLayer.get(layer.name) ?? new Map<LayerFigure, Series>();
      this.byLayer.set(layer.name, own);
      for (const figure of LAYER_FIGURES) {
        const value = layer[figure];
        if (typeof value !== "number") continue;
        const series = own.get(figure) ?? new Series();
        own.set(figure, series);
        series.push(told?.epoch ?? 0, value);
      }
    }
  }
}
