/** Which run a page speaks of: the one in the address, else the newest that fits. */

import { useRuns } from "../api/queries";
import type { Run } from "../api/types";
import { useSearch } from "../ui/router";
import { useRemoving } from "./removing";

interface Chosen {
  /** Undefined while the list is still on its way. */
  runs: Run[] | undefined;
  run: Run | null;
  choose: (id: number | null) => void;
}

export function useChosenRun(project: number, fits: (run: Run) => boolean = () => true): Chosen {
  const [asked, choose] = useSearch("run");
  const { data } = useRuns(project);
  const removing = useRemoving((state) => state.keys);
  const runs = data?.filter((run) => fits(run) && !removing.has(`run:${run.id}`));
  const run = runs?.find((one) => String(one.id) === asked) ?? runs?.[0] ?? null;
  return { runs, run, choose };
}

export const hasModel = (run: Run) => run.state === "finished";
export const isLive = (run: Run) =>
  run.state === "queued" || run.state === "running" || run.state === "paused";

/** The figure a run is known by: the first metric beside the loss, else the loss. */
export function leadMetric(values: { [name: string]: number | null } | undefined): [string, number] | null {
  const known = Object.entries(values ?? {}).filter((entry): entry is [string, number] => entry[1] !== null);
  return known.find(([name]) => !name.endsWith("loss")) ?? known[0] ?? null;
}
