/** Edits of the recipe: each takes a recipe and gives a new one. */

import type { ColumnRecipe, Json, Recipe } from "../api/types";
import { withInputs } from "../stores/rereading";
import { type Choice, choices, type Form, type Kind } from "./form";

function changeColumn(recipe: Recipe, name: string, changes: Partial<ColumnRecipe>): Recipe {
  const column = recipe.columns[name];
  if (!column) return recipe;
  return { ...recipe, columns: { ...recipe.columns, [name]: { ...column, ...changes } } };
}

export const setField = (recipe: Recipe, name: string, field: string, value: Json) =>
  changeColumn(recipe, name, { [field]: value });

/** A new kind keeps what was chosen and it can take, and gets the usual choice for the rest. */
export function setKind(form: Form, recipe: Recipe, name: string, kind: Kind): Recipe {
  const column = recipe.columns[name];
  if (!column || column.kind === kind) return recipe;
  const suiting = (choice: Choice) => {
    const able = form.suits[kind]?.[choice] ?? [];
    const chosen = (form.suits[column.kind]?.[choice].length ?? 0) > 1; // else the old kind left no choice
    return chosen && able.includes(column[choice] ?? "") ? column[choice] : able[0];
  };
  const changed = changeColumn(recipe, name, {
    kind,
    fill: suiting("fill"),
    encode: suiting("encode"),
    scale: suiting("scale"),
  });
  return withInputs(suitSplit(recipe, changed));
}

/** A new role; a target keeps a scale that leads back to its own unit. */
export function setRole(form: Form, recipe: Recipe, name: string, role: ColumnRecipe["role"]): Recipe {
  const column = recipe.columns[name];
  if (!column) return recipe;
  const able = choices(form, { ...column, role }, "scale");
  const scale = able.includes(column.scale ?? "") ? column.scale : (able[0] ?? column.scale);
  return withInputs(suitSplit(recipe, changeColumn(recipe, name, { role, scale })));
}

/** The column that tells the time or the group of each row; one before it is left out. */
export function setDeciding(recipe: Recipe, name: string, role: "time" | "group", kind: Kind): Recipe {
  const columns = Object.entries(recipe.columns).map(([key, column]): [string, ColumnRecipe] => {
    if (key === name) return [key, { ...column, role, kind }];
    return [key, column.role === role ? { ...column, role: "ignore" } : column];
  });
  return setSplit(withInputs({ ...recipe, columns: Object.fromEntries(columns) }), { by: null });
}

/** The column that names the part of each row; as a feature it would only say where a row stands. */
export function setParts(recipe: Recipe, name: string): Recipe {
  const feature = recipe.columns[name]?.role === "feature";
  const changed = feature ? withInputs(changeColumn(recipe, name, { role: "ignore" })) : recipe;
  return setSplit(changed, { by: name });
}

/** The column that has a role, where one has. */
export const ofRole = (recipe: Recipe, role: ColumnRecipe["role"]) =>
  Object.keys(recipe.columns).find((name) => recipe.columns[name]?.role === role);

/** The commonest values of a column as the recipe counts them: those it takes for one are added up. */
export function counted(column: ColumnRecipe, top: [Json, number][]): [Json, number][] {
  const signs = String(column.strip ?? "");
  if (!signs && column.case !== "lower") return top;
  const rows = new Map<string, number>();
  for (const [value, count] of top) {
    const name = tidied(String(value), signs, column.case === "lower");
    rows.set(name, (rows.get(name) ?? 0) + count);
  }
  return [...rows].sort((one, other) => other[1] - one[1]);
}

function tidied(text: string, signs: string, lower: boolean): string {
  let [first, last] = [0, text.length];
  const cut = signs ? `${signs} ` : "";
  while (first < last && cut.includes(text.charAt(first))) first += 1;
  while (last > first && cut.includes(text.charAt(last - 1))) last -= 1;
  const kept = text.slice(first, last) || text;
  return lower ? kept.toLowerCase() : kept;
}

/** Rows looked at one by one, or as a series in windows of their past, which needs every row. */
export function setSeries(recipe: Recipe, wanted: boolean): Recipe {
  if (!wanted) return { ...recipe, kind: "table", series: null, inputs: {} };
  const byTime = setSplit(recipe, { method: "time", by: null });
  return { ...byTime, kind: "series", series: {}, inputs: {}, duplicates: "keep" };
}

/** Makes one column the only target; targets before it become features. */
export function setOnlyTarget(recipe: Recipe, name: string): Recipe {
  const columns = Object.entries(recipe.columns).map(([key, column]): [string, ColumnRecipe] => {
    if (key === name) return [key, { ...column, role: "target" }];
    return [key, column.role === "target" ? { ...column, role: "feature" } : column];
  });
  return withInputs(suitSplit(recipe, { ...recipe, columns: Object.fromEntries(columns) }));
}

/** All targets answered by one output, or each by its own. */
export function setTogether(recipe: Recipe, wanted: boolean): Recipe {
  const columns = Object.keys(recipe.columns);
  let name = "answers";
  while (columns.includes(name)) name += "_";
  return { ...recipe, outputs: wanted ? { [name]: targets(recipe) } : {} };
}

/** Whether one output could answer for all targets: for numbers, or for categories of two values. */
export function canTogether(recipe: Recipe): boolean {
  const chosen = targets(recipe).map((name) => recipe.columns[name]);
  const [first] = chosen;
  const alike = chosen.every((column) => column?.kind === first?.kind && column?.kind !== "tags");
  const changes = chosen.some((column) => (column?.difference ?? "none") !== "none");
  return chosen.length > 1 && alike && !(recipe.kind === "series" && changes);
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
  if (recipe.split.method !== "column" || method === "column") return setSplit(recipe, { method });
  const { train, validation } = recipe.split; // shares of the training rows are no whole percent
  return setShares(setSplit(recipe, { method }), 100 * train, 100 * validation);
}

/** The usual method, once the target has become a category or is none any more. */
function suitSplit(before: Recipe, after: Recipe): Recipe {
  if (after.split.method !== "random" && after.split.method !== "stratified") return after;
  const able = canStratify(after);
  if (canStratify(before) === able || (able && choseRandom.has(dataOf(after)))) return after;
  return setSplit(after, { method: able ? "stratified" : "random" });
}

/** New shares in whole percent for training and validation; the test set gets what is left. */
export function setShares(recipe: Recipe, train: number, validation: number): Recipe {
  const first = clamp(Math.round(train), 1, 98);
  const second = clamp(Math.round(validation), 1, 99 - first);
  const test = 100 - first - second;
  const split = { ...recipe.split, train: first / 100, validation: second / 100, test: test / 100 };
  return { ...recipe, split };
}

/** The share of the training rows, in whole percent, that validates where a column names no rows for that. */
export function cutShare({ split: { train = 0, validation = 0 } }: Recipe): number {
  return Math.round((100 * validation) / Math.max(train + validation, 1e-9));
}

/** The share of the training rows that validates; that of the test rows stays, for other methods. */
export function setCutShare(recipe: Recipe, percent: number): Recipe {
  const { test = 0 } = recipe.split;
  const validation = ((1 - test) * percent) / 100;
  return setSplit(recipe, { train: 1 - test - validation, validation });
}

export const setSplit = (recipe: Recipe, changes: Partial<Recipe["split"]>): Recipe => ({
  ...recipe,
  split: { ...recipe.split, ...changes },
});

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
