import { expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import { logLine, reasonWords, runLine, shownState, stateWords, timeToGo } from "./words";

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

test("a run in the list says where it is", () => {
  expect(runLine(run)).toBe("epoch 3 of 12");
  expect(runLine({ ...run, progress: { phase: "compiling" } })).toBe("compiling the network");
  expect(runLine({ ...run, state: "queued", runs_before: 2 })).toBe("waiting, 2 runs before it");
  expect(runLine({ ...run, state: "queued", runs_before: 0 })).toBe("waiting to start");
  expect(runLine({ ...run, state: "paused" })).toBe("paused at epoch 3 of 12");
});

test("a finished run says how long it took and whether it stopped before the last epoch", () => {
  expect(runLine({ ...run, state: "finished", seconds: 108 })).toBe("finished · 1 m 48 s");
  const metrics = { reason: "stopped_early", epoch: 9 };
  expect(runLine({ ...run, state: "finished", seconds: 8, metrics })).toBe("stopped at epoch 9 · 8.0 s");
});

test("beside its epochs and its time a run says only how it stands", () => {
  expect(stateWords(run)).toBe("training");
  expect(stateWords({ ...run, state: "paused" })).toBe("paused");
  expect(stateWords({ ...run, progress: { phase: "saving" } })).toBe("saving the model");
  const metrics = { reason: "stopped_by_user", epoch: 1341 };
  expect(stateWords({ ...run, state: "finished", seconds: 8, metrics })).toBe("stopped by you");
  expect(runLine({ ...run, state: "finished", seconds: 8, metrics })).toBe("stopped at epoch 1,341 · 8.0 s");
});

test("a failed run gives its problem", () => {
  const problem = { code: "diverged", message: "The loss is not a number." };
  expect(runLine({ ...run, state: "failed", problem })).toBe("The loss is not a number.");
});

test("a run taken out of the queue was cancelled, and has not failed", () => {
  const problem = { code: "stopped_before_start", message: "The run was stopped before it started." };
  const cancelled: Run = { ...run, state: "failed", problem };
  expect([runLine(cancelled), stateWords(cancelled)]).toEqual(Array(2).fill("cancelled before it started"));
  expect([shownState(cancelled), shownState({ ...cancelled, problem: null })]).toEqual([
    "cancelled",
    "failed",
  ]);
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
