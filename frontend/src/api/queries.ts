/** What the server knows, cached and shared between features. */

import { keepPreviousData, QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { ApiError, api } from "./client";
import type {
  Dataset,
  Documents,
  Preflight,
  ProjectRow,
  Rates,
  Run,
  Sample,
  Settings,
  SettingsForm,
  SystemStatus,
  Template,
  UploadRow,
} from "./types";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 3 && !(error instanceof ApiError && error.status >= 400),
    },
  },
});

export const keys = {
  me: ["me"],
  layers: ["layers"],
  settings: ["settings"],
  system: ["system"],
  samples: ["samples"],
  templates: ["templates"],
  blocks: ["blocks"],
  projects: ["projects"],
  datasets: ["datasets"],
  uploads: ["uploads"],
  dataset: (id: number) => ["datasets", id],
  runs: (project: number) => ["runs", "of", project],
  run: (id: number) => ["runs", id],
  notices: ["notices"],
  webhook: ["webhook"],
};

const forever = { staleTime: Number.POSITIVE_INFINITY };

export const useMe = () =>
  useQuery({ queryKey: keys.me, queryFn: () => api.get<{ username: string }>("/api/me/"), ...forever });
export const useSettingsSchema = () =>
  useQuery({
    queryKey: keys.settings,
    queryFn: () => api.get<SettingsForm>("/api/settings/"),
    ...forever,
  });
/** The learning rate over all epochs; while other settings are typed the last answer stays. */
export const useRates = ({ epochs, optimizer, schedule }: Settings) =>
  useQuery({
    queryKey: ["rates", epochs, optimizer, schedule],
    queryFn: () => api.post<Rates>("/api/rates/", { settings: { epochs, optimizer, schedule } }),
    placeholderData: keepPreviousData,
    ...forever,
  });
/**
 * What a run of these documents would take, with the data as they are read and beside the runs that train just now;
 * while another answer is worked out the one before stays, as a placeholder.
 */
export const usePreflight = (documents: Documents, beside: PreflightBeside, wanted: boolean) =>
  useQuery({
    queryKey: ["preflight", documents, beside],
    queryFn: ({ signal }) => api.post<Preflight>("/api/preflight/", documents, { signal }),
    enabled: wanted,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000, // what other programs leave of the memory is not told
  });
export interface PreflightBeside {
  reading: string | null;
  trainingMark: string | null;
}
export const useSystem = () =>
  useQuery({
    queryKey: keys.system,
    queryFn: () => api.get<SystemStatus>("/api/system/"),
    refetchInterval: 15_000,
  });
export const useSamples = () =>
  useQuery({ queryKey: keys.samples, queryFn: () => api.get<Sample[]>("/api/samples/"), ...forever });
export const useTemplates = () =>
  useQuery({ queryKey: keys.templates, queryFn: () => api.get<Template[]>("/api/templates/"), ...forever });
export const useProjects = () =>
  useQuery({ queryKey: keys.projects, queryFn: () => api.get<ProjectRow[]>("/api/projects/") });
export const useDatasets = () =>
  useQuery({ queryKey: keys.datasets, queryFn: () => api.get<Dataset[]>("/api/datasets/") });

/** Files that have not arrived whole, or are on their way. */
export const useUnfinished = () =>
  useQuery({ queryKey: keys.uploads, queryFn: () => api.get<UploadRow[]>("/api/uploads/") });

/** Whether the server reads the file, for the first time or anew. */
export const beingRead = (dataset: Dataset) => dataset.state === "reading" || dataset.rereading;

/** One data set; asked again every half second while the server reads it. */
export const useDataset = (id: number | null) =>
  useQuery({
    queryKey: keys.dataset(id ?? 0),
    queryFn: () => api.get<Dataset>(`/api/datasets/${id}/`),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && beingRead(query.state.data) ? 500 : false),
  });

/** Whether a run has not ended. */
export const isLive = ({ state }: Pick<Run, "state">) =>
  state === "queued" || state === "running" || state === "paused";

/** Whether its owner stopped it before anything was trained: its state is failed, but nothing went wrong. */
export const isCancelled = ({ state, problem }: Pick<Run, "state" | "problem">) =>
  state === "failed" && problem?.code === "stopped_before_start";

/** A run with what it was trained with. */
export const runOf = (id: number) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => api.get<Run>(`/api/runs/${id}/`, signal),
  });

export const useRun = (id: number | null) =>
  useQuery({
    ...runOf(id ?? 0),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && isLive(query.state.data) ? 2_000 : false),
  });
