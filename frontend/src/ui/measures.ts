/** How measures are called and written: by what the server says of them, else by their name and plain numbers. */

import { decimal, percent } from "./format";
import { words } from "./words";

export interface Measure {
  title?: string;
  /** What it is of, where that is not plain: "of the scaled target". */
  scope?: string;
  description?: string;
  format?: "percent" | "number";
  better?: "higher" | "lower";
  /** The loss, of all outputs or of one: comparable only between runs where it is the same function. */
  kind?: "loss";
}

export type MeasureList = { [name: string]: Measure };

export const measureTitle = (name: string, known: MeasureList) => known[name]?.title ?? words(name);

/** A title inside a sentence: "Accuracy" → "accuracy", while "AUC" stays. */
export const inSentence = (title: string) =>
  /^.[a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

/** Always four digits, so that figures in a column or in motion keep their width: 0.8600, 12.40. */
export function steady(value: number | null | undefined): string {
  if (value === null || value === undefined) return decimal(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1000 ? value.toPrecision(4) : decimal(value);
}

export function measureValue(name: string, value: number | null | undefined, known: MeasureList): string {
  return known[name]?.format === "percent" ? percent(value, 2) : steady(value);
}

/** What a `started` event says of the measures of its run. */
export function measuresOf(started: { [field: string]: unknown } | null | undefined): MeasureList {
  const found = started?.measures;
  return found && typeof found === "object" ? (found as MeasureList) : {};
}
