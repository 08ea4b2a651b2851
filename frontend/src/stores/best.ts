/** Whose best epoch it is: the best of a run that goes on from another may still be one of the other. */

import type { Lead, Notice, Run } from "../api/types";
import { count } from "../ui/format";
import { inSentence, type Measure, measureValue } from "../ui/measures";

type BestOf = Pick<Notice, "best_of">;
type OwnBest = Notice["own_best"] | undefined;

/** "run 3" where this is the best epoch and one of that earlier run; null where it is the run's own. */
export const earlierRun = ({ best_of }: BestOf, epoch: number | null): string | null =>
  best_of && best_of.epoch === epoch ? `run ${best_of.number}` : null;

/** "epoch 68 of run 3", or "epoch 110". */
export function epochWords(run: BestOf, epoch: number): string {
  const earlier = earlierRun(run, epoch);
  return `epoch ${count(epoch)}${earlier ? ` of ${earlier}` : ""}`;
}

/** "epoch 110, validation loss 0.2531": the best of its own, of a run that has not beaten the one before. */
export function ownBestWords(own: OwnBest, lead: Lead | null): string {
  if (!own) return "";
  const key = lead && own.validation[lead.key] !== undefined ? lead.key : "loss";
  const known = (lead ? { [lead.key]: lead } : {}) as { [name: string]: Measure };
  const value = measureValue(key, own.validation[key], known);
  return `epoch ${count(own.epoch)}, validation ${inSentence(known[key]?.title ?? key)} ${value}`;
}

/** What there is to say of a run that has not beaten the one it goes on from; null of others. */
export function stillWords(run: Pick<Run, "best_of" | "lead" | "metrics">): string | null {
  if (!run.best_of) return null;
  const own = ownBestWords(run.metrics?.own_best, run.lead);
  const best = `The best is still ${epochWords(run, run.best_of.epoch)}, and its model is the one kept.`;
  return own ? `${best} This run's own best is ${own}.` : best;
}
