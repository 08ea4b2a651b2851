/** How many rows training, validation and test get: the server's dealing, worked out from the profile. */

import type { ColumnProfile, Recipe } from "../api/types";
import { targets } from "./recipe";

export interface Parts {
  /** Rows for training, validation and test; null where there are too few to deal. */
  rows: [number, number, number] | null;
  /** Not known to the row, as the gaps or the classes are not. */
  about: boolean;
  /** A column tells the parts, and validation rows are cut from its training rows. */
  cut?: boolean;
}

export function parts(recipe: Recipe, columns: ColumnProfile[], rows: number): Parts {
  const wanted = targets(recipe);
  const gaps = columns.filter(({ name, missing }) => {
    const column = recipe.columns[name];
    const dropped = column?.role === "target" || (column?.role === "feature" && column.fill === "drop");
    return dropped && missing > 0;
  });
  const usable = rows - Math.max(0, ...gaps.map((column) => column.missing));
  const { method, test, folds } = recipe.split;
  const validation = folds == null ? recipe.split.validation : (1 - test) / folds;
  if (method === "column") return { rows: null, about: true };
  const fewer = recipe.kind === "series" || (recipe.duplicates ?? "keep") !== "keep";
  if (method === "time" || method === "group" || fewer)
    return { rows: deal(usable, validation, test), about: true };
  if (folds != null) return { rows: deal(usable, validation, test), about: true };
  if (method !== "stratified") return { rows: deal(usable, validation, test), about: gaps.length > 1 };
  const target = columns.find((column) => column.name === wanted[0]);
  const classes = target?.top.map(([, number]) => number) ?? [];
  const known = classes.reduce((sum, number) => sum + number, 0) === usable;
  if (!known || wanted.length !== 1) return { rows: deal(usable, validation, test), about: true };
  const sum: [number, number, number] = [0, 0, 0];
  for (const number of classes) {
    const [first, second, third] = deal(number, validation, test) ?? [number, 0, 0];
    sum[0] += first;
    sum[1] += second;
    sum[2] += third;
  }
  return { rows: sum, about: false };
}

/** Cuts rows in three, at least one in each. */
function deal(count: number, validation: number, test: number): [number, number, number] | null {
  if (count < 3) return null;
  const second = Math.min(Math.max(1, halfToEven(count * validation)), count - 2);
  const third = Math.min(Math.max(1, halfToEven(count * test)), count - 1 - second);
  return [count - second - third, second, third];
}

/** 0.5 → 0, 1.5 → 2, 2.5 → 2: as the server rounds. */
const halfToEven = (value: number) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));
