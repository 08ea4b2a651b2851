/** What a formula of a recipe comes to. */

import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Problem, Recipe } from "./types";

export interface FormulaPreview {
  values: (number | null)[];
  missing: number;
  rows: number;
  problem: Problem | null;
}

/** The first values of a formula column, or what is wrong with it. Nothing is asked of an empty formula. */
export const useFormula = (dataset: number, recipe: Recipe, name: string) =>
  useQuery({
    queryKey: ["formula", dataset, recipe, name],
    queryFn: () => api.post<FormulaPreview>("/api/formula/", { dataset, recipe, name }),
    enabled: Boolean(recipe.columns[name]?.formula),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** Whether a formula names a column: as a word, or between backticks. */
export function reads(formula: string, column: string): boolean {
  if (formula.includes(`\`${column}\``)) return true;
  const plain = formula.replaceAll(/`[^`]*`|"[^"]*"|'[^']*'/g, " ");
  const words: string[] = plain.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
  return words.includes(column);
}
