/** What becomes of a recipe when the file is read anew: what somebody prepared stays, the rest follows the data. */

import { hashKey } from "@tanstack/react-query";
import type { Config, Json, Recipe } from "../api/types";
import { isObject, merged } from "./merge";

/** The recipe in use after a new reading; `before` and `after` are what was and is proposed for the data. */
export function reread(before: Recipe, mine: Recipe, after: Recipe): Recipe {
  const names = Object.keys(after.columns);
  if (mine.kind !== after.kind || !same(Object.keys(before.columns), names) || same(before, mine))
    return after;
  const kept = threeWay(asJson(before), asJson(mine), asJson(after)) as unknown as Recipe;
  if (same(targets(before), targets(mine))) return withInputs(kept);
  // Somebody chose what to predict: no other target beside it, and the split that suits it.
  const chosen = new Set(targets(mine));
  const columns = Object.entries(kept.columns).map(([name, column]): [string, typeof column] => [
    name,
    column.role === "target" && !chosen.has(name) ? { ...column, role: "feature" } : column,
  ]);
  return withInputs({ ...kept, columns: Object.fromEntries(columns), split: mine.split });
}

/** Columns that are no feature leave the inputs; the server places new features in the one that suits them. */
export function withInputs(recipe: Recipe): Recipe {
  const inputs = Object.entries(recipe.inputs).map(([name, columns]): [string, string[]] => [
    name,
    columns.filter((column) => recipe.columns[column]?.role === "feature"),
  ]);
  return { ...recipe, inputs: Object.fromEntries(inputs) };
}

/** The recipe after a one-click remedy; `patch` is a JSON merge patch. */
export function mended(recipe: Recipe, patch: Config): Recipe {
  const { inputs = {}, ...rest } = merged(asJson(recipe), patch) as unknown as Partial<Recipe>;
  return withInputs({ ...rest, inputs } as Recipe);
}

const asJson = (recipe: Recipe) => recipe as unknown as Json;
const same = (one: unknown, other: unknown) => hashKey([one ?? null]) === hashKey([other ?? null]);
const targets = ({ columns }: Recipe) =>
  Object.keys(columns).filter((name) => columns[name]?.role === "target");

/** Field by field, mine where I changed it, else theirs. */
function threeWay(
  base: Json | undefined,
  mine: Json | undefined,
  theirs: Json | undefined,
): Json | undefined {
  if (same(base, mine)) return theirs;
  if (!isObject(mine) || !isObject(theirs)) return mine;
  const from = isObject(base) ? base : {};
  const after: Config = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = threeWay(from[key], mine[key], theirs[key]);
    if (value !== undefined) after[key] = value;
  }
  return after;
}
