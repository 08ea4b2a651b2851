/** How measures are called and written: by what the server says of them, else by their name and plain numbers. */

import { decimal, percent } from "./format";
import { words } from "./words";

export interface Measure {
  title?: string;
  description?: string;
  format?: "percent" | "number";
  better?: "higher" | "lower";
}

export type MeasureList = { [name: string]: Measure };

export const measureTitle = (name: string, known: MeasureList) => known[name]?.title ?? words(name);

export function measureValue(name: string, value: number | null | undefined, known: MeasureList): string {
  return known[name]?.format === "percent" ? percent(value, 2) : decimal(value);
}

/** What a `started` event says of the measures of its run. */
export function measuresOf(started: { [field: string]: unknown } | null | undefined): MeasureList {
  const found = started?.measures;
  return found && typeof found === "object" ? (found as MeasureList) : {};
}
