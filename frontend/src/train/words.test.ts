import { expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import {
  endWords,
  failWords,
  logLine,
  queueWords,
  reasonWords,
  runLine,
  shownState,
  stateWords,
  timeToGo,
} from "./words";

const run: Run = {
  id: 1,
  number: 1,
  project: 1,
  name: "Run 1",
  state: "running",
  progress: { phase: "training", epoch: 3, epochs: 12 },
  metrics: null,
  problem: null,
  queue_position: null,
  runs_before: null,
  waits_for: null,
  dataset: 1,
  created: "2026-01-01T00:00:00Z",
  started: null,
  finished: null,
  seconds: null,
  stopping: false,
  pausing: false,
  origin: null,
  last_seq: 0,
  tags: [],
  notes: "",
  pinned: false,
  parameters: null,
  lead: null,
  best: null,
  best_of: null,
};

/** What the list says below the name of a run, nine seconds after it began. */
const line = (changes: Partial<Run>) => {
  const { state, time } = runLine(
    { ...run, started: "2026-01-01T00:00:00Z", ...changes },
    Date.UTC(2026, 0, 1, 0, 0, 9),
  );
  return [state, time].filter(Boolean).join(" · ");
};

test("a run in the list says where it is, and how long it still takes or has taken so far", () => {
  const training = { phase: "training", epoch: 3, epochs: 12 };
  expect(line({ progress: { ...training, eta_seconds: 41 } })).toBe("epoch 3 of 12 · 41 s left");
  expect(line({ progress: training })).toBe("epoch 3 of 12 · 9.0 s");
  expect(line({ progress: { phase: "compiling" } })).toBe("compiling the network · 9.0 s");
  expect(line({ state: "queued", runs_before: 2 })).toBe("waiting, 2 runs before it");
  expect(line({ state: "queued", runs_before: 0 })).toBe("waiting to start");
  expect(line({ state: "paused" })).toBe("paused at epoch 3 of 12");
});

test("a run that has ended says how long it took and whether it stopped before the last epoch", () => {
  expect(line({ state: "finished", seconds: 108 })).toBe("finished · 1 m 48 s");
  const metrics = { reason: "stopped_early", epoch: 9 };
  expect(line({ state: "finished", seconds: 8, metrics })).toBe("stopped at epoch 9 · 8.0 s");
  expect(line({ state: "finished", seconds: 8, metrics: { reason: "diverged", epoch: 1341 } })).toBe(
    "diverged after epoch 1,341 · 8.0 s",
  );
});

test("a failed run gives its problem, and after what time it came up", () => {
  const problem = { code: "diverged", message: "The loss is not a number." };
  expect(line({ state: "failed", seconds: 8, problem })).toBe(
    "failed after 8.0 s: The loss is not a number.",
  );
  expect(line({ state: "failed", problem })).toBe("The loss is not a number.");
});

test("beside its epochs and its time a run says only how it stands", () => {
  expect(stateWords(run)).toBe("training");
  expect(stateWords({ ...run, state: "paused" })).toBe("paused");
  expect(stateWords({ ...run, progress: { phase: "saving" } })).toBe("saving the model");
  const metrics = { reason: "stopped_by_user", epoch: 1341 };
  expect(stateWords({ ...run, state: "finished", seconds: 8, metrics })).toBe("stopped by you");
});

test("a run that is stopped while it waits again says when its model is kept", () => {
  const waiting = { ...run, state: "queued" as const, stopping: true };
  expect(queueWords({ ...waiting, runs_before: 2 })).toBe("stopping, after 2 runs before it");
  expect(queueWords({ ...waiting, runs_before: 0 })).toBe("stopping");
});

test("a run taken out of the queue was cancelled, and has not failed", () => {
  const problem = { code: "stopped_before_start", message: "The run was stopped before it started." };
  const cancelled: Run = { ...run, state: "failed", problem };
  expect([line(cancelled), stateWords(cancelled)]).toEqual(Array(2).fill("cancelled before it started"));
  expect([shownState(cancelled), shownState({ ...cancelled, problem: null })]).toEqual([
    "cancelled",
    "failed",
  ]);
});

test("a run stopped while it was prepared or compiled had started, and is not said to be cancelled before", () => {
  const problem = { code: "stopped_before_start", message: "The run was stopped before its first step." };
  const stopped: Run = { ...run, state: "failed", started: "2026-01-01T00:00:00Z", problem };
  expect(stateWords(stopped)).toBe("stopped before its first step");
  expect(failWords(stopped)).toBe("Stopped before its first step");
  expect(shownState(stopped)).toBe("cancelled");
});

test("headline, list and problem name the same epoch of a run that diverged", () => {
  const problem = {
    code: "loss_is_not_a_number",
    message: "Training diverged: in epoch 4, at step 352, the loss was no longer a finite number.",
    where: { epoch: 4, step: 352 },
  };
  const metrics = { reason: "diverged", epoch: 3 };
  expect(line({ state: "finished", seconds: 8, metrics, problem })).toBe("diverged in epoch 4 · 8.0 s");
  expect(line({ state: "failed", seconds: 8, problem })).toBe("failed after 8.0 s: diverged in epoch 4");
  expect(stateWords({ ...run, state: "failed", problem })).toBe("diverged in epoch 4");
  expect(endWords("diverged", problem)).toBe("Diverged in epoch 4; the best model before that was kept");
  expect(failWords({ ...run, state: "failed", problem })).toBe(
    "Diverged in epoch 4, before there was a model",
  );
});

test("every event becomes a line of the log", () => {
  const event = (body: Record<string, unknown>) => ({ seq: 1, time: "", ...body }) as RunEvent;
  expect(logLine(event({ type: "epoch", epoch: 2, train: { loss: 0.5 }, validation: { loss: 0.25 } }))).toBe(
    "Epoch 2: loss 0.5, validation 0.25",
  );
  expect(logLine(event({ type: "phase", phase: "unheard_of" }))).toBe("Unheard of");
  expect(logLine(event({ type: "log", message: "Something" }))).toBe("Something");
  const measures = { loss: { title: "Loss", scope: "of the scaled target" } };
  expect(logLine(event({ type: "started", device: "CPU", rows: { train: 9 }, measures }))).toBe(
    "Started on CPU, 9 training rows, loss of the scaled target",
  );
  const end = { type: "finished", reason: "completed", best_epoch: 68, own_best: { epoch: 110 } };
  expect(logLine(event(end))).toBe(
    "Trained through all epochs; best at epoch 68 of the run before, of its own at epoch 110",
  );
});

test("an unknown reason is still said in words", () => {
  expect(reasonWords("ran_out_of_time")).toBe("Ran out of time");
});

test("the time left says how soon early stopping may end the run", () => {
  expect(timeToGo(41, null)).toBe("41 s left");
  expect(timeToGo(41, 12)).toBe("41 s left, 12 s if it no longer improves");
  expect(timeToGo(41, 40)).toBe("41 s left");
  expect(timeToGo(null, 12)).toBe("");
});
