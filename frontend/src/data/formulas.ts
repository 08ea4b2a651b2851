/** Columns that formulas make of the others. */

import type { ColumnProfile, Recipe } from "../api/types";
import { withInputs } from "../stores/rereading";

/** A formula column, new or changed; a new one is a feature. */
export function setFormula(recipe: Recipe, name: string, formula: string): Recipe {
  const column = recipe.columns[name] ?? { role: "feature", kind: "number" };
  return withInputs({ ...recipe, columns: { ...recipe.columns, [name]: { ...column, formula } } });
}

/** The recipe without a formula column. */
export function removeFormula(recipe: Recipe, name: string): Recipe {
  const { [name]: _, ...columns } = recipe.columns;
  return withInputs({ ...recipe, columns });
}

export function freeName(recipe: Recipe): string {
  let place = 1;
  while (`formula_${place}` in recipe.columns) place += 1;
  return `formula_${place}`;
}

/** The formula columns, as far as they can be told like those of the data. */
export function formulaColumns(recipe: Recipe): ColumnProfile[] {
  return Object.entries(recipe.columns)
    .filter(([, column]) => typeof column.formula === "string")
    .map(([name]) => ({
      name,
      kind: "number",
      type: "float",
      missing: 0,
      distinct: 0,
      examples: [],
      top: [],
      min: null,
      max: null,
      mean: null,
      std: null,
      rarest: null,
    }));
}
