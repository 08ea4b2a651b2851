/** Where a run is, by its events, or by its row while they are still on their way. */

import { isLive } from "../api/queries";
import type { Problem, Run } from "../api/types";
import type { FeedStatus } from "../stores/run";
import { divergedAt } from "./diverged";
import type { Ended } from "./words";

export interface Position {
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  left: number | null;
  /** Seconds until early stopping could end it, should nothing improve; null where it could not. */
  earliest: number | null;
}

export function position(run: Run, status: FeedStatus): Position {
  const { progress, pace, started, epoch: ended } = status;
  const number = (...values: unknown[]) => Number(values.find((value) => typeof value === "number") ?? 0);
  const perEpoch = number(started?.steps_per_epoch);
  const planned = perEpoch > 0 ? number(progress?.steps) / perEpoch : 0; // more or fewer than at the start, if changed
  const epochs = planned || number(started?.epochs, run.progress?.epochs);
  const done = number(ended?.epoch);
  const reached = divergedAt(problemOf(run, status)) ?? {
    step: Math.max(number(progress?.step, run.progress?.step), done * perEpoch),
    epoch: Math.max(number(progress?.epoch, run.progress?.epoch), Math.min(done + 1, epochs || done)),
  };
  return {
    ...reached,
    epochs,
    steps: number(progress?.steps, run.progress?.steps, perEpoch * epochs),
    left: ((status.phase === null ? run.progress : pace)?.eta_seconds ?? null) as number | null,
    earliest: (pace?.eta_earliest_seconds ?? null) as number | null,
  };
}

export const hasFailed = (run: Run, status: FeedStatus): boolean =>
  run.state === "failed" || status.terminal?.type === "failed";

/** What went wrong in a run, by its last event, or by its row while that is on its way. */
export const problemOf = (run: Run, status: FeedStatus): Problem | null =>
  (status.terminal?.problem as Problem | undefined) ?? run.problem;

/** How a run that failed ended. */
export const endOf = (run: Run, status: FeedStatus): Ended => ({
  state: "failed",
  problem: problemOf(run, status),
  started: run.started,
});

export const phaseOf = (run: Run, status: FeedStatus): string =>
  status.phase ?? run.progress?.phase ?? (run.state === "queued" ? "queued" : "starting");

/** The run's row brought up to its events, which are ahead of it. */
export function upToDate(run: Run, status: FeedStatus): Run {
  if (!isLive(run) || status.phase === null) return run;
  const { epoch, epochs, left } = position(run, status);
  const waits = status.phase === "paused" || status.phase === "queued";
  const state = waits ? (status.phase as Run["state"]) : "running";
  return {
    ...run,
    state,
    progress: { ...run.progress, phase: phaseOf(run, status), epoch, epochs, eta_seconds: left },
  };
}
