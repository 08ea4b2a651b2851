/** The checkpoints of a run that are kept, and what they are called. */

import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { components } from "../../api/schema";
import type { Run } from "../../api/types";
import { epochWords } from "../../stores/best";
import { count, decimal } from "../../ui/format";

export type Checkpoint = components["schemas"]["Checkpoint"];

export const checkpointsKey = (run: number) => ["runs", run, "checkpoints"];

export const useCheckpoints = (run: number, enabled: boolean) =>
  useQuery({
    queryKey: checkpointsKey(run),
    queryFn: () => api.get<Checkpoint[]>(`/api/runs/${run}/checkpoints/`),
    enabled,
    staleTime: 0,
  });

/** "Epoch 12, the best of those kept: validation loss 0.21"; the best of all only where it is the run's best epoch. */
export function checkpointTitle(one: Checkpoint, newest: boolean, best: number | null): string {
  const good = isBest(one, best)
    ? "the best"
    : one.best && (newest ? "best of those kept" : "the best of those kept");
  const marks = [newest && "the newest", good].filter(Boolean).join(" and ");
  const loss = one.validation?.loss;
  const measured = typeof loss === "number" ? `: validation loss ${decimal(loss)}` : "";
  return `${placeOf(one)}${marks ? `, ${marks}` : ""}${measured}`;
}

/** The newest of a run that goes on: by the time it is taken there may be a newer one. */
export const newestTitle = (one: Checkpoint) => `${placeOf(one)} or later, the newest`;

const placeOf = (one: Checkpoint) =>
  one.whole ? `Epoch ${count(one.epoch)}` : `Within epoch ${count(one.epoch)}`;

const isBest = (one: Checkpoint, best: number | null) => one.whole && one.epoch === best;

/** What to know where the best epoch of the run is not among the checkpoints. */
export function bestElsewhere(
  run: Pick<Run, "best_of">,
  every: Checkpoint[],
  best: number | null,
  live: boolean,
): string | null {
  if (!best || every.some((one) => isBest(one, best))) return null;
  if (live && best > Math.max(0, ...every.map(wholeEpochs))) return null; // it may still get one
  return `The best ${live ? "so far " : ""}was ${epochWords(run, best)}. Its model is kept, but no checkpoint to train on from.`;
}

/** Epochs that are wholly trained there. */
export const wholeEpochs = (one: Checkpoint) => (one.whole ? one.epoch : one.epoch - 1);

/** The settings that held there, with as many epochs again once there are none left. */
export function settingsFrom(one: Checkpoint): Checkpoint["settings"] {
  const { epochs } = one.settings;
  const done = wholeEpochs(one);
  return epochs === undefined || epochs > done ? one.settings : { ...one.settings, epochs: done + epochs };
}
