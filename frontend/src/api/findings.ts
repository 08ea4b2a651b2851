/** What the guard finds about a data set as a recipe prepares it. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Config, Recipe } from "./types";

export interface Finding {
  code: string;
  level: "serious" | "warning" | "note";
  message: string;
  evidence: string;
  columns: string[];
  /** Edits, as JSON merge patches, of the recipe, of the wishes for the reading and of the training settings. */
  mend: { label: string; patch: Config; reading: Config; settings: Config } | null;
  help: string;
}

/** Asked once for each recipe; who asks again gets what is known. */
export const findingsOf = (dataset: number, recipe: Recipe) => ({
  queryKey: ["findings", dataset, recipe],
  queryFn: async () =>
    (await api.post<{ findings: Finding[] }>("/api/findings/", { dataset, recipe })).findings,
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export const useFindings = (dataset: number, recipe: Recipe) =>
  useQuery({ ...findingsOf(dataset, recipe), placeholderData: keepPreviousData });
