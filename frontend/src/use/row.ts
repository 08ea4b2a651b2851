/** The form for one row: which fields it has, and the row that is sent. */

import { reads } from "../api/formula";
import type { ColumnProfile, ColumnRecipe, Dataset, Json, Recipe } from "../api/types";
import { decimal } from "../ui/format";

export interface Field {
  name: string;
  kind: "number" | "category" | "text" | "words";
  /** What one would typically enter. */
  typical: string;
  /** Known categories; empty for numbers. */
  options: string[];
  /** Whether the options are all there are. */
  complete: boolean;
}

export function fieldsOf(recipe: Recipe, dataset: Dataset | null): Field[] {
  return given(recipe).map(([name, column]) => {
    const profile = dataset?.columns.find((one) => one.name === name);
    const category = column.kind === "category";
    const options = category ? (profile?.top ?? []).map(([value]) => String(value)) : [];
    return {
      name,
      kind: kindOf(column.kind),
      typical: typicalOf(profile, column.kind !== "number"),
      options,
      complete: category && profile !== undefined && profile.distinct <= options.length,
    };
  });
}

/** The columns that a row must have: features, and what the formulas among them read. */
function given(recipe: Recipe): [string, ColumnRecipe][] {
  const goIn = Object.values(recipe.columns).filter((column) => column.role === "feature");
  const formulas = goIn.flatMap(({ formula }) => (typeof formula === "string" ? [formula] : []));
  return Object.entries(recipe.columns).filter(([name, column]) => {
    if (typeof column.formula === "string" || column.kind === "image") return false;
    return column.role === "feature" || formulas.some((formula) => reads(formula, name));
  });
}

const kindOf = (kind: string): Field["kind"] =>
  kind === "category" || kind === "number" || kind === "text" ? kind : "words";

function typicalOf(profile: ColumnProfile | undefined, category: boolean): string {
  if (!profile) return "";
  if (category) return String(profile.top[0]?.[0] ?? "");
  if (profile.mean === null) return "";
  return profile.type === "integer"
    ? String(Math.round(profile.mean))
    : decimal(profile.mean).replaceAll(",", "");
}

/** The row as the model takes it: numbers as numbers, empty fields as missing. */
export function rowOf(fields: Field[], values: { [name: string]: string }): { [name: string]: Json } {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const text = (values[name] ?? "").trim();
      if (text === "") return [name, null];
      const number = Number(text);
      return [name, kind === "number" && Number.isFinite(number) ? number : text];
    }),
  );
}

/** A row of the data set as texts for the form. */
export function valuesOf(columns: string[], row: Json[]): { [name: string]: string } {
  return Object.fromEntries(
    columns.map((name, place) => [name, row[place] == null ? "" : String(row[place])]),
  );
}
