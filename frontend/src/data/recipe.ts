/** Edits of the recipe: each takes a recipe and gives a new one. */

import type { ColumnRecipe, Recipe } from "../api/types";

type Kind = ColumnRecipe["kind"];
type Field = "fill" | "encode" | "scale";

/** What each kind of column can take; the first of each is the usual one. */
export const CHOICES: Record<Kind, Record<Field, string[]>> = {
  number: {
    fill: ["median", "mean", "most_frequent", "zero", "drop"],
    encode: ["none"],
    scale: ["standard", "minmax", "none"],
  },
  category: {
    fill: ["own_category", "most_frequent", "drop"],
    encode: ["one_hot", "index"],
    scale: ["none"],
  },
  image: { fill: ["drop"], encode: ["none"], scale: ["minmax", "none"] },
};

/** How the choices are called on the page. */
export const WORDS: Record<string, string> = {
  feature: "Feature",
  target: "Target",
  ignore: "Ignore",
  number: "Number",
  category: "Category",
  image: "Image",
  median: "Median",
  mean: "Mean",
  most_frequent: "Most frequent",
  zero: "Zero",
  drop: "Drop the row",
  own_category: "Own category",
  none: "None",
  one_hot: "One-hot",
  index: "Index",
  standard: "Standard",
  minmax: "0 to 1",
  random: "Random",
  stratified: "Stratified",
};

function changeColumn(recipe: Recipe, name: string, changes: Partial<ColumnRecipe>): Recipe {
  const column = recipe.columns[name];
  if (!column) return recipe;
  return { ...recipe, columns: { ...recipe.columns, [name]: { ...column, ...changes } } };
}

export const setField = (recipe: Recipe, name: string, field: Field, value: string) =>
  changeColumn(recipe, name, { [field]: value });

/** A new kind keeps what was chosen and it can take, and gets the usual choice for the rest. */
export function setKind(recipe: Recipe, name: string, kind: Kind): Recipe {
  const column = recipe.columns[name];
  if (!column || column.kind === kind) return recipe;
  const suiting = (field: Field) => {
    const able = CHOICES[kind][field];
    const chosen = CHOICES[column.kind][field].length > 1; // else the old kind left no choice
    return chosen && able.includes(column[field] ?? "") ? column[field] : able[0];
  };
  const changed = changeColumn(recipe, name, {
    kind,
    fill: suiting("fill"),
    encode: suiting("encode"),
    scale: suiting("scale"),
  });
  return withInputs(suitSplit(recipe, changed));
}

export const setRole = (recipe: Recipe, name: string, role: ColumnRecipe["role"]) =>
  withInputs(suitSplit(recipe, changeColumn(recipe, name, { role })));

/** Makes one column the only target; targets before it become features. */
export function setOnlyTarget(recipe: Recipe, name: string): Recipe {
  const columns = Object.entries(recipe.columns).map(([key, column]): [string, ColumnRecipe] => {
    if (key === name) return [key, { ...column, role: "target" }];
    return [key, column.role === "target" ? { ...column, role: "feature" } : column];
  });
  return withInputs(suitSplit(recipe, { ...recipe, columns: Object.fromEntries(columns) }));
}

export const targets = (recipe: Recipe) =>
  Object.keys(recipe.columns).filter((name) => recipe.columns[name]?.role === "target");
export const features = (recipe: Recipe) =>
  Object.keys(recipe.columns).filter((name) => recipe.columns[name]?.role === "feature");

/** A stratified split needs categories to keep in proportion. */
export const canStratify = (recipe: Recipe) =>
  targets(recipe).some((name) => recipe.columns[name]?.kind === "category");

/** Data, by their columns, for which somebody chose random although the target is a category. */
const choseRandom = new Set<string>();
const dataOf = (recipe: Recipe) => Object.keys(recipe.columns).join("\n");

/** A method as somebody chose it; a random split stays when the target changes. */
export function setMethod(recipe: Recipe, method: string): Recipe {
  if (method === "random") choseRandom.add(dataOf(recipe));
  else choseRandom.delete(dataOf(recipe));
  return setSplit(recipe, { method });
}

/** The usual method, once the target has become a category or is none any more. */
function suitSplit(before: Recipe, after: Recipe): Recipe {
  const able = canStratify(after);
  if (canStratify(before) === able || (able && choseRandom.has(dataOf(after)))) return after;
  return setSplit(after, { method: able ? "stratified" : "random" });
}

/** Columns that are no feature leave the inputs; the server places new features in the one that suits them. */
function withInputs(recipe: Recipe): Recipe {
  const wanted = new Set(features(recipe));
  const inputs = Object.entries(recipe.inputs).map(([name, columns]): [string, string[]] => [
    name,
    columns.filter((column) => wanted.has(column)),
  ]);
  return { ...recipe, inputs: Object.fromEntries(inputs) };
}

/** New shares in whole percent for training and validation; the test set gets what is left. */
export function setShares(recipe: Recipe, train: number, validation: number): Recipe {
  const first = clamp(Math.round(train), 1, 98);
  const second = clamp(Math.round(validation), 1, 99 - first);
  const test = 100 - first - second;
  const split = { ...recipe.split, train: first / 100, validation: second / 100, test: test / 100 };
  return { ...recipe, split };
}

export const setSplit = (recipe: Recipe, changes: Partial<Recipe["split"]>): Recipe => ({
  ...recipe,
  split: { ...recipe.split, ...changes },
});

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
