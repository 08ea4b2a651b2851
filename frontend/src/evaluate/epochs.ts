/** The curves by epoch as a table. */

import type { Series } from "../stores/series";

export interface EpochRow {
  epoch: number;
  train: { [name: string]: number };
  validation: { [name: string]: number };
}

/** One row for each epoch, and the names of the measures in the order they came. */
export function epochTable(series: Map<string, Series>): { names: string[]; rows: EpochRow[] } {
  const names = new Set<string>();
  const rows = new Map<number, EpochRow>();
  for (const [key, { x, y }] of series) {
    const dot = key.indexOf(".");
    const part = key.slice(0, dot);
    if (part !== "train" && part !== "validation") continue;
    const name = key.slice(dot + 1);
    names.add(name);
    const values = y.view();
    x.view().forEach((epoch, place) => {
      const row = rows.get(epoch) ?? { epoch, train: {}, validation: {} };
      row[part][name] = values[place] ?? Number.NaN;
      rows.set(epoch, row);
    });
  }
  return { names: [...names], rows: [...rows.values()].sort((a, b) => a.epoch - b.epoch) };
}
