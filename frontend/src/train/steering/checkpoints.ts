/** The checkpoints of a run that are kept, and what they are called. */

import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { components } from "../../api/schema";
import { decimal } from "../../ui/format";

export type Checkpoint = components["schemas"]["Checkpoint"];

export const useCheckpoints = (run: number, enabled: boolean) =>
  useQuery({
    queryKey: ["runs", run, "checkpoints"],
    queryFn: () => api.get<Checkpoint[]>(`/api/runs/${run}/checkpoints/`),
    enabled,
    staleTime: 0,
  });

/** "Epoch 12, the best: validation loss 0.21" */
export function checkpointTitle(one: Checkpoint, newest: boolean): string {
  const place = one.whole ? `Epoch ${one.epoch}` : `Within epoch ${one.epoch}`;
  const marks = [newest && "the newest", one.best && "the best"].filter(Boolean).join(" and ");
  const loss = one.validation?.loss;
  const measured = typeof loss === "number" ? `: validation loss ${decimal(loss)}` : "";
  return `${place}${marks ? `, ${marks}` : ""}${measured}`;
}

/** Epochs that are wholly trained there. */
export const wholeEpochs = (one: Checkpoint) => (one.whole ? one.epoch : one.epoch - 1);
