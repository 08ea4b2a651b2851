/** How good a model is that always answers with the most frequent class. */

import type { ColumnProfile, Recipe } from "../api/types";
import { cell } from "../ui/words";

export interface Baseline {
  /** Which target is meant; empty where there is only one. */
  target: string;
  guess: string;
  /** The share of rows of this class among those that have a class. */
  share: number;
}

/** One for each target that is a category; `top` holds the most frequent class first. */
export function baselines(recipe: Recipe, columns: ColumnProfile[]): Baseline[] {
  const targets = columns.filter(({ name }) => recipe.columns[name]?.role === "target");
  return targets.flatMap(({ name, top, distinct }) => {
    const [first] = top;
    const rows = top.reduce((sum, [, number]) => sum + number, 0);
    if (recipe.columns[name]?.kind !== "category" || !first || top.length < distinct) return [];
    return [{ target: targets.length > 1 ? name : "", guess: cell(first[0]), share: first[1] / rows }];
  });
}
