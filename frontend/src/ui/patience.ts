/** When early stopping cannot end a run before its last epoch. */

import { count, plural } from "./format";

/** Said of a patience with which it never stops early, watched after so many epochs; null where it may. */
export function neverStops(patience: number, epochs: number, watchedAfter = 0): string | null {
  if (watchedAfter + 1 + patience < epochs) return null; // the first epoch watched is the one it waits from
  const run = plural(epochs, "epoch");
  if (patience > epochs)
    return `Patience ${count(patience)} is longer than the run: with ${run} it never stops early.`;
  return watchedAfter > 0
    ? `Watched after epoch ${count(watchedAfter)}, a run of ${run} never stops early.`
    : `With patience ${count(patience)} and ${run} it never stops early.`;
}
