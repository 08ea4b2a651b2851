/** What a preparation does to the rows and columns of a data set, step by step. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Problem, Recipe } from "./types";

export interface PreparationStep {
  text: string;
  /** How many there are before and after; null where the step does not change them. */
  rows: number[] | null;
  columns: number[] | null;
}

export interface Account {
  steps: PreparationStep[];
  parts: { train: number; validation: number; test: number } | null;
  /** Whether a split by a column takes its validation rows from the training rows. */
  cut?: boolean;
  problem: Problem | null;
}

/** Asked once for each recipe; shared by all who show a part of it. */
export const useAccount = (dataset: number, recipe: Recipe) =>
  useQuery({
    queryKey: ["account", dataset, recipe],
    queryFn: () => api.post<Account>("/api/account/", { dataset, recipe }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: keepPreviousData,
  });
