/** What the guard finds about the data as the recipe prepares them, and how a finding is mended. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import type { Config, Json, Recipe } from "../api/types";

export interface Finding {
  code: string;
  level: "serious" | "warning" | "note";
  message: string;
  evidence: string;
  columns: string[];
  mend: { label: string; patch: Config } | null;
  help: string;
}

export const useFindings = (dataset: number, recipe: Recipe) =>
  useQuery({
    queryKey: ["findings", dataset, recipe],
    queryFn: async () =>
      (await api.post<{ findings: Finding[] }>("/api/findings/", { dataset, recipe })).findings,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const isObject = (value: Json | undefined): value is Config =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON merge patch (RFC 7396) applied to a document: null takes a field away. */
export function merged(document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const after = isObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete after[key];
    else after[key] = merged(after[key], value);
  }
  return after;
}
