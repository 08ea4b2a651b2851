/** Which run a page speaks of: the one in the address, else the newest of those listed. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ApiError } from "../api/client";
import { isLive, keys, useRun } from "../api/queries";
import { NEWEST, type RunQuery, useRunTable } from "../api/runs";
import type { Run, RunRow, RunTable } from "../api/types";
import { tellWarning } from "../ui/notify";
import { useSearch } from "../ui/router";
import { useRemoving } from "./removing";
import { described, useRunNotes } from "./runNotes";

interface Chosen {
  /** Undefined while the list is still on its way. */
  runs: RunRow[] | undefined;
  run: Run | null;
  choose: (id: number | null) => void;
  /** Why it is another run than the one that was asked for, where that one is there and does not fit. */
  note: string | null;
}

/** `fits` says whether a run that is asked for may be shown though it is not on this page of the list. */
export function useChosenRun(
  project: number,
  query: RunQuery = NEWEST,
  fits: (run: Run) => boolean = () => true,
): Chosen {
  const [asked, choose] = useSearch("run");
  const { table, runs, settled } = useListedRuns(project, query);
  const removing = useRemoving((state) => state.keys);
  const drafts = useRunNotes((state) => state.drafts);
  const listed = runs?.find((one) => String(one.id) === asked);
  const every = query === NEWEST && table !== undefined && table.total === table.runs.length;
  const elsewhere = { project, asked: runs && !listed ? asked : null, every, settled };
  const { run: other, waiting, gone } = useElsewhere(elsewhere);
  const far = other && fits(other) && !removing.has(`run:${other.id}`) ? described(other, drafts) : null;
  const run = listed ?? far ?? newest(runs ?? []);
  useGone(gone && !removing.has(`run:${asked}`), run, choose);
  const note = other && !fits(other) && run ? withoutModel(other, run) : null;
  return { runs: waiting ? undefined : runs, run, choose, note };
}

const withoutModel = (asked: Run, shown: Run) =>
  `Run ${asked.number} has ${isLive(asked) ? "no model yet" : "left no model"}; that of run ${shown.number} is shown.`;

/** A run that is not there is not silently another one: that is said, and the address names the one that is shown. */
function useGone(gone: boolean, instead: Run | null, choose: Chosen["choose"]): void {
  useEffect(() => {
    if (!gone) return;
    const shown = instead ? ` Run ${instead.number} is shown instead.` : "";
    tellWarning(`It was deleted, or the link is wrong.${shown}`, "That run is not in this project");
    choose(instead?.id ?? null);
  }, [gone, instead, choose]);
}

/** A page of runs as it is shown: without those being deleted, with what was just said about the others. */
export function useListedRuns(
  project: number,
  query: RunQuery,
): { table: RunTable | undefined; runs: RunRow[] | undefined; settled: boolean } {
  const { data: table, isFetching, isPlaceholderData } = useRunTable(project, query);
  const removing = useRemoving((state) => state.keys);
  const drafts = useRunNotes((state) => state.drafts);
  const runs = table?.runs.filter((run) => !removing.has(`run:${run.id}`));
  const settled = !isFetching && !isPlaceholderData;
  return { table, runs: runs?.map((run) => described(run, drafts)), settled };
}

interface Elsewhere {
  project: number;
  asked: string | null;
  /** Whether the page of the list holds all runs of the project, so that no other has to be asked for. */
  every: boolean;
  /** Whether that page is as the server has it now. */
  settled: boolean;
}

/** A run of the project that is not on the page of the list. */
function useElsewhere({ project, asked, every, settled }: Elsewhere) {
  const id = asked !== null && /^\d{1,15}$/.test(asked) ? Number(asked) : null;
  const known = useQueryClient().getQueryData<Run>(keys.run(id ?? 0)); // as one that was just begun
  const wanted = every && !known ? null : id;
  const { data, isLoading, error } = useRun(wanted);
  const missing = error instanceof ApiError && error.status === 404;
  const strange = data !== undefined && data.project !== project;
  const unlisted = id !== null && wanted === null;
  return {
    run: data && !missing && !strange ? data : null,
    waiting: (wanted !== null && isLoading) || (unlisted && !settled),
    gone: (wanted !== null && (missing || strange)) || (unlisted && settled),
  };
}

const newest = <R extends Run>(runs: R[]): R | null =>
  runs.reduce<R | null>((best, run) => (best === null || run.id > best.id ? run : best), null);

export const hasModel = (run: Run) => run.state === "finished";

/** The figure a run is known by: the first metric beside the loss, else the loss. */
export function leadMetric(values: { [name: string]: number | null } | undefined): [string, number] | null {
  const known = Object.entries(values ?? {}).filter((entry): entry is [string, number] => entry[1] !== null);
  return known.find(([name]) => !name.endsWith("loss")) ?? known[0] ?? null;
}
