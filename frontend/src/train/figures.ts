/** The figures of a run that belong together: all of one epoch. */

import type { Measures, Run } from "../api/types";
import { epochWords } from "../stores/best";
import type { FeedStatus } from "../stores/run";
import { placeAt, type Series } from "../stores/series";
import { count } from "../ui/format";
import { reachedGoal } from "./words";

export interface FiguresOfEpoch {
  /** Which epoch they are of: "at the best epoch 29", also "of run 3", "after epoch 12", "so far" in the first. */
  of: string;
  loss: number | null;
  validation: Measures;
}

const number = (value: unknown) => (typeof value === "number" ? value : null);

/** After the end those of the best epoch, whose model is kept; before, those of the last completed epoch. */
export function figuresOfEpoch(run: Run, status: FeedStatus, series: Map<string, Series>): FiguresOfEpoch {
  const { terminal, epoch, progress } = status;
  const best = number(terminal?.best_epoch ?? (terminal && run.metrics?.best_epoch));
  if (best !== null && best > 0) {
    const validation = (terminal?.validation ?? run.metrics?.validation ?? {}) as Measures;
    return {
      of: reachedGoal((terminal ?? run.metrics)?.reason)
        ? `at the kept ${epochWords(run, best)}`
        : `at the best ${epochWords(run, best)}`,
      loss: at(series.get("train.loss"), best),
      validation,
    };
  }
  if (!epoch) return { of: progress ? "so far" : "", loss: number(progress?.loss), validation: {} };
  return {
    of: `after epoch ${count(Number(epoch.epoch))}`,
    loss: number((epoch.train as Measures | undefined)?.loss),
    validation: (epoch.validation ?? {}) as Measures,
  };
}

function at(curve: Series | undefined, epoch: number): number | null {
  return curve?.y.view()[placeAt(curve, epoch)] ?? null;
}

/** Every epoch was trained and the last one was the best: there was more to learn. */
export function stillImproving(run: Run, terminal: FeedStatus["terminal"], epochs: unknown): boolean {
  const { reason, best_epoch } = { ...run.metrics, ...terminal };
  const last = number(epochs) ?? number(run.metrics?.epoch);
  return reason === "completed" && last !== null && last > 0 && best_epoch === last;
}
