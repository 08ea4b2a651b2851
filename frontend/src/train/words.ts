/** A run's states, phases and events in words. */

import { isCancelled } from "../api/queries";
import type { Problem, Run, RunEvent } from "../api/types";
import { count, decimal, plural } from "../ui/format";
import { measuresOf } from "../ui/measures";
import { timeLeft } from "../ui/timeLeft";
import { words } from "../ui/words";
import { divergedAt } from "./diverged";
import { timeText } from "./list/figures";

const PHASES: Record<string, string> = {
  queued: "Waiting for its turn",
  starting: "Starting",
  preparing: "Preparing the data",
  compiling: "Compiling the network",
  training: "Training",
  evaluating: "Testing the best model",
  saving: "Saving the model",
  paused: "Paused",
};

export const phaseWords = (phase: string) => PHASES[phase] ?? words(phase);

const REASONS: Record<string, string> = {
  completed: "Trained through all epochs",
  stopped_early: "Stopped early: validation no longer improved",
  target_reached: "Stopped: the goal was reached; the model that reached it was kept",
  stopped_by_user: "Stopped by you; the best model was kept",
  diverged: "Diverged; the best model before that was kept",
};

export const reasonWords = (reason: string | undefined) =>
  reason ? (REASONS[reason] ?? words(reason)) : "Finished";

/** Why a run that left a model ended, and of one that diverged in which epoch. */
export function endWords(reason: string | undefined, problem: Problem | null | undefined): string {
  const at = divergedAt(problem);
  return at
    ? `Diverged in epoch ${count(at.epoch)}; the best model before that was kept`
    : reasonWords(reason);
}

/** How a run that left no model ended, where its own words stand below. */
export function failWords(run: Ended): string {
  if (isCancelled(run)) return capital(cancelWords(run));
  const at = divergedAt(run.problem);
  return at ? `Diverged in epoch ${count(at.epoch)}, before there was a model` : "Failed";
}

/** Whether a run ended with the model that reached its goal, which need not be the best by what else is watched. */
export const reachedGoal = (reason: unknown) => reason === "target_reached";

export type Ended = Pick<Run, "state" | "problem" | "started">;

/** Of a run that was stopped before anything was trained: whether it had begun by then. */
export const cancelWords = ({ started }: Pick<Run, "started">): string =>
  started === null ? "cancelled before it started" : "stopped before its first step";

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The state in which a run is shown: what was stopped before anything was trained has not failed. */
export const shownState = (run: Pick<Run, "state" | "problem">): Run["state"] | "cancelled" =>
  isCancelled(run) ? "cancelled" : run.state;

/** Where a run stands, in words that hold without its time. */
function stateLine(run: Run): string {
  if (isCancelled(run)) return cancelWords(run);
  const at = divergedAt(run.problem);
  if (at && (run.state === "failed" || run.state === "finished"))
    return `diverged in epoch ${count(at.epoch)}`;
  if (run.state === "failed") return run.problem?.message ?? "Failed";
  if (run.state === "finished") return endLine(run);
  if (run.state === "queued") return queueWords(run);
  const { phase, epoch, epochs } = run.progress ?? {};
  const reached = epoch && epochs ? `epoch ${count(epoch)} of ${count(epochs)}` : "";
  if (run.state === "paused") return reached ? `paused at ${reached}` : "paused";
  return phase === "training" ? reached || "training" : phaseWords(phase ?? "starting").toLowerCase();
}

function endLine({ metrics, progress }: Run): string {
  const reason = metrics?.reason;
  if (reason === undefined || reason === "completed") return "finished";
  const epoch = metrics?.epoch ?? progress?.epoch;
  const verb = reason === "diverged" ? "diverged after" : "stopped at";
  return `${verb} epoch ${epoch ? count(epoch) : "?"}`;
}

/** The line under the name of a run in the list: where it stands, and how long it took or will still take. */
export function runLine(run: Run, now = Date.now()): { state: string; time: string } {
  const time = isCancelled(run) ? "—" : timeText(run, now);
  const state = stateLine(run);
  if (time === "—") return { state, time: "" };
  return run.state === "failed" ? { state: `failed after ${time}: ${state}`, time: "" } : { state, time };
}

const ENDS: Record<string, string> = {
  stopped_early: "stopped early",
  target_reached: "reached its goal",
  stopped_by_user: "stopped by you",
  diverged: "diverged",
};

/** The state of a run where its epochs and its time stand beside it. */
export function stateWords(run: Run): string {
  if (run.state === "finished") return ENDS[run.metrics?.reason ?? ""] ?? "finished";
  if (run.state === "paused") return "paused";
  if (run.state === "running" && run.progress?.phase === "training") return "training";
  return stateLine(run);
}

/** How many runs train or wait before a waiting one. One that is stopped needs its turn for its model to be kept. */
export function queueWords(run: Run): string {
  const before = run.runs_before ?? 0;
  if (run.stopping) return before > 0 ? `stopping, after ${plural(before, "run")} before it` : "stopping";
  return before > 0 ? `waiting, ${plural(before, "run")} before it` : "waiting to start";
}

/** "41 s left", and how soon it may be over where early stopping can end it much sooner. */
export function timeToGo(left: number | null, earliest: number | null): string {
  const whole = timeLeft(left);
  if (!whole || earliest === null || left === null || earliest > 0.8 * left) return whole;
  const soon = timeLeft(earliest).replace(" left", "");
  return soon ? `${whole}, ${soon} if it no longer improves` : whole;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function clockTime(time: string): string {
  const moment = Date.parse(time);
  return Number.isNaN(moment) ? "" : clock.format(moment);
}

/** An event as a line of the log. */
export function logLine(event: RunEvent): string {
  if (event.type === "phase") return phaseWords(String(event.phase));
  if (event.type === "started") return started(event);
  if (event.type === "epoch") return epoch(event);
  if (event.type === "failed") return (event.problem as Problem | undefined)?.message ?? "Failed";
  if (event.type === "finished") {
    const own = event.own_best as { epoch: number } | undefined;
    const whose = own ? ` of the run before, of its own at epoch ${count(own.epoch)}` : "";
    const what = reachedGoal(event.reason) ? ": epoch" : "; best at epoch";
    const best = event.best_epoch ? `${what} ${count(Number(event.best_epoch))}${whose}` : "";
    return `${reasonWords(event.reason as string)}${best}`;
  }
  if (event.type === "checkpoint")
    return `Checkpoint in epoch ${count(Number(event.epoch))}, at step ${count(Number(event.step))}`;
  return String(event.message ?? words(event.type));
}

function started(event: RunEvent): string {
  const rows = event.rows as { train?: number } | undefined;
  const parts = [`Started on ${event.device ?? "this machine"}`];
  const parameters = event.parameters as number | { total?: number } | undefined;
  const total = typeof parameters === "object" ? parameters.total : parameters;
  if (typeof total === "number") parts.push(`${count(total)} parameters`);
  if (rows?.train) parts.push(`${count(rows.train)} training rows`);
  const { scope } = measuresOf(event).loss ?? {};
  if (scope) parts.push(`loss ${scope}`);
  return parts.join(", ");
}

function epoch(event: RunEvent): string {
  const { train, validation } = event as { train?: { loss?: number }; validation?: { loss?: number } };
  const parts = [`Epoch ${count(Number(event.epoch))}: loss ${decimal(train?.loss)}`];
  if (validation && "loss" in validation) parts.push(`validation ${decimal(validation.loss)}`);
  return parts.join(", ");
}
