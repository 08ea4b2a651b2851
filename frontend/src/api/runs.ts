/** The runs of a project: found, sorted, a page at a time; and several beside each other. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { isLive, keys } from "./queries";
import type { Comparison, Evaluation, RunState, RunTable } from "./types";

export type RunOrder =
  | "number"
  | "name"
  | "state"
  | "best"
  | "best_epoch"
  | "epoch"
  | "seconds"
  | "parameters"
  | "learning_rate";

/** Which runs, in which order; pinned ones always come first. */
export interface RunQuery {
  q: string;
  tags: string[];
  states: RunState[];
  sort: RunOrder;
  /** The key of the measure the best ones are ranked by; null for the one most of them have. */
  measure: string | null;
  descending: boolean;
  offset: number;
  limit: number;
}

export const PAGE = 50;
export const NEWEST: RunQuery = {
  q: "",
  tags: [],
  states: [],
  sort: "number",
  measure: null,
  descending: true,
  offset: 0,
  limit: PAGE,
};
/** The runs that have left a model. */
export const WITH_MODEL: RunQuery = { ...NEWEST, states: ["finished"], limit: 200 };
/** A run that trains, however many newer ones wait or have ended. */
export const RUNNING: RunQuery = { ...NEWEST, states: ["running"], limit: 1 };

const WHILE_LIVE = 2_000;
const OTHERWISE = 20_000;

export function tablePath(project: number, query: RunQuery): string {
  const { q, tags, states, sort, measure, descending, offset, limit } = query;
  const search = new URLSearchParams({
    sort,
    descending: `${descending}`,
    offset: `${offset}`,
    limit: `${limit}`,
  });
  if (measure) search.set("measure", measure);
  if (q.trim()) search.set("q", q.trim());
  for (const tag of tags) search.append("tag", tag);
  for (const state of states) search.append("state", state);
  return `/api/projects/${project}/runs/?${search}`;
}

/** A page of runs; asked again every two seconds while one is under way, and never while nobody looks. */
export const useRunTable = (project: number | null, query: RunQuery = NEWEST) =>
  useQuery({
    queryKey: [...keys.runs(project ?? 0), query],
    queryFn: ({ signal }) => api.get<RunTable>(tablePath(project ?? 0, query), signal),
    enabled: project !== null,
    placeholderData: (before, asked) =>
      asked?.queryKey[2] === project ? keepPreviousData(before) : undefined,
    refetchInterval: ({ state }) => (state.data && state.data.live > 0 ? WHILE_LIVE : OTHERWISE),
  });

/** Runs beside each other, in the order asked for. */
export const useComparison = (runs: number[]) =>
  useQuery({
    queryKey: ["runs", "compared", runs],
    queryFn: ({ signal }) => api.get<Comparison>(`/api/runs/compare/?runs=${runs.join(",")}`, signal),
    enabled: runs.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.runs.some(isLive) ? WHILE_LIVE : false),
  });

/** What the model of a finished run answered for the test rows. */
export const useEvaluation = (run: number) =>
  useQuery({
    queryKey: [...keys.run(run), "evaluation"],
    queryFn: ({ signal }) => api.get<Evaluation>(`/api/runs/${run}/evaluation/`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
