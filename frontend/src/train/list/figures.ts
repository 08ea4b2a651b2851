/** What the list says of a run in figures. */

import { isLive } from "../../api/queries";
import type { Run } from "../../api/types";
import { leadMetric } from "../../stores/chosenRun";
import { duration } from "../../ui/format";
import { inSentence, type Measure, measureTitle, measureValue } from "../../ui/measures";

/** The measure a run is known by: as its trainer told, else the first of its validation figures. */
export function leadOf(run: Run): { name: string; title: string; value: number | null } | null {
  if (run.lead) return { name: run.lead.key, title: run.lead.title ?? run.lead.key, value: run.best };
  const found = leadMetric(run.metrics?.validation);
  return found && { name: found[0], title: measureTitle(found[0], {}), value: found[1] };
}

export function leadText(run: Run): string {
  const lead = leadOf(run);
  if (!lead) return "—";
  const known = (run.lead ? { [run.lead.key]: run.lead } : {}) as { [name: string]: Measure };
  return measureValue(lead.name, lead.value, known);
}

export const leadName = (run: Run) => {
  const lead = leadOf(run);
  return lead ? `Validation ${inSentence(lead.title)} at the best epoch` : undefined;
};

/** "epoch 12 of 20", "12 of 20", or nothing before the first. */
export function epochText(run: Run): string {
  const { epoch, epochs } = run.progress ?? {};
  const reached = run.metrics?.epoch ?? epoch;
  if (!reached) return "—";
  return epochs ? `${reached} of ${epochs}` : `${reached}`;
}

/** How long it took, or how long it will still take. */
export function timeText(run: Run, now = Date.now()): string {
  if (run.state === "queued") return "—";
  if (!isLive(run)) return duration(run.seconds);
  const left = run.progress?.eta_seconds;
  const gone = run.started ? (now - Date.parse(run.started)) / 1000 : null;
  return typeof left === "number" && left > 0 ? `${duration(left)} left` : duration(gone);
}
