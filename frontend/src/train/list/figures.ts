/** What the list says of a run in figures. */

import { isLive } from "../../api/queries";
import type { Lead, Run } from "../../api/types";
import { earlierRun } from "../../stores/best";
import { leadMetric } from "../../stores/chosenRun";
import { count, duration } from "../../ui/format";
import { inSentence, type Measure, measureTitle, measureValue } from "../../ui/measures";
import { timeLeft } from "../../ui/timeLeft";

/** The measure a run is known by: as its trainer told, else the first of its validation figures. */
export function leadOf(run: Run): { name: string; title: string; value: number | null } | null {
  if (run.lead) return { name: run.lead.key, title: run.lead.title ?? run.lead.key, value: run.best };
  const found = leadMetric(run.metrics?.validation);
  return found && { name: found[0], title: measureTitle(found[0], {}), value: found[1] };
}

export function leadText(run: Run): string {
  const lead = leadOf(run);
  return lead ? valueText(run.lead, lead.name, lead.value) : "—";
}

export const leadName = (run: Run) => {
  const lead = leadOf(run);
  return lead ? atBest(lead.title) : undefined;
};

const atBest = (title: string) => `Validation ${inSentence(title)} at the best epoch`;

function valueText(measure: Lead | null, name: string, value: number | null | undefined): string {
  const known = (measure ? { [measure.key]: measure } : {}) as { [name: string]: Measure };
  return measureValue(name, value, known);
}

interface Figure {
  name: string | undefined;
  text: string;
  own: string | null;
}

/** What a run among others is worth by the measure they share; else its own figure under its own name. */
export function figureOf(run: Run & { shared?: number | null }, shared: Lead | null): Figure {
  if (shared && typeof run.shared === "number") {
    const title = shared.title ?? shared.key;
    return { name: atBest(title), text: valueText(shared, shared.key, run.shared), own: null };
  }
  const lead = leadOf(run);
  return { name: leadName(run), text: leadText(run), own: lead && lead.value !== null ? lead.title : null };
}

export const sharedName = (shared: Lead) => atBest(shared.title ?? shared.key);

/** "epoch 12 of 20", "12 of 20", or nothing before the first. */
export function epochText(run: Run): string {
  const { epoch, epochs } = run.progress ?? {};
  const reached = run.metrics?.epoch ?? epoch;
  if (!reached) return "—";
  return epochs ? `${count(reached)} of ${count(epochs)}` : count(reached);
}

/** The best epoch, "68 of run 3" where it is one of the run before. */
export function bestEpochText(run: Run): string {
  const best = run.metrics?.best_epoch;
  if (!best) return "—";
  const earlier = earlierRun(run, best);
  return `${count(best)}${earlier ? ` of ${earlier}` : ""}`;
}

/** How long it took, or how long it will still take. */
export function timeText(run: Run, now = Date.now()): string {
  if (run.state === "queued" || run.state === "paused") return "—";
  if (!isLive(run)) return duration(run.seconds);
  const left = run.progress?.phase === "training" ? run.progress.eta_seconds : null;
  const gone = run.started ? (now - Date.parse(run.started)) / 1000 : null;
  return typeof left === "number" && left > 0 ? timeLeft(left) : duration(gone);
}
