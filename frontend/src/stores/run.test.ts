import { expect, test, vi } from "vitest";
import type { RunEvent } from "../api/types";
import { followRun, RunFeed, runFeed } from "./run";
import { Column } from "./series";

const time = "2026-01-01T00:00:00Z";
const progress = (seq: number, step: number, loss: number | null): RunEvent => ({
  seq,
  time,
  type: "progress",
  epoch: 1,
  step,
  steps: 100,
  loss,
});

test("a column grows past its first room and keeps every value", () => {
  const column = new Column();
  for (let value = 0; value < 1000; value += 1) column.push(value);
  expect(column.length).toBe(1000);
  expect([...column.view()]).toEqual(Array.from({ length: 1000 }, (_, place) => place));
});

test("progress becomes a curve by step, epochs become curves by epoch", () => {
  const feed = new RunFeed(1);
  feed.append([
    progress(1, 10, 0.9),
    progress(2, 20, 0.7),
    { seq: 3, time, type: "epoch", epoch: 1, train: { loss: 0.8 }, validation: { loss: 0.75, skill: 0.6 } },
  ]);
  expect([...(feed.series.get("progress.loss")?.x.view() ?? [])]).toEqual([10, 20]);
  expect([...(feed.series.get("progress.loss")?.y.view() ?? [])]).toEqual([0.9, 0.7]);
  expect([...(feed.series.get("validation.skill")?.y.view() ?? [])]).toEqual([0.6]);
  expect(feed.lastSeq).toBe(3);
});

test("a loss that is no number leaves no point", () => {
  const feed = new RunFeed(1);
  feed.append([progress(1, 10, null)]);
  expect(feed.series.get("progress.loss")).toBeUndefined();
});

test("the status follows phases, progress and the end", () => {
  const feed = new RunFeed(1);
  feed.append([{ seq: 1, time, type: "phase", phase: "compiling" }, progress(2, 5, 1)]);
  expect(feed.status.phase).toBe("compiling");
  expect(feed.status.progress?.step).toBe(5);
  expect(feed.status.terminal).toBeNull();
  feed.append([{ seq: 3, time, type: "finished", reason: "completed" }]);
  expect(feed.status.terminal?.reason).toBe("completed");
  expect(feed.log.map((event) => event.type)).toEqual(["phase", "finished"]);
});

test("how fast it goes is true only of the phase it was told in", () => {
  const feed = new RunFeed(1);
  feed.append([{ seq: 1, time, type: "phase", phase: "training" }, progress(2, 5, 1)]);
  expect(feed.status.pace?.step).toBe(5);
  feed.append([{ seq: 3, time, type: "phase", phase: "paused" }]);
  expect([feed.status.pace, feed.status.progress?.step]).toEqual([null, 5]);
  feed.append([{ seq: 4, time, type: "phase", phase: "training" }]);
  expect(feed.status.pace).toBeNull();
  feed.append([progress(5, 6, 1)]);
  expect(feed.status.pace?.step).toBe(6);
});

test("a long run is taken in at a glance, and goes on from there", () => {
  const feed = new RunFeed(1);
  const curve = { x: [500, 1000], y: [2, 1], low: [1, 0.5], high: [9, 2], at: [10, 20] };
  feed.restore({
    seq: 5000,
    events: [{ seq: 1, time, type: "started", steps_per_epoch: 10 }, progress(5000, 1000, 1)],
    curves: { "progress.loss": curve },
  });
  feed.append([progress(5001, 1001, 0.9)]);
  const series = feed.series.get("progress.loss");
  expect([...(series?.x.view() ?? [])]).toEqual([500, 1000, 1001]);
  expect([...(series?.high.view() ?? [])]).toEqual([9, 2, 0.9]);
  expect([feed.summedUp, feed.lastSeq, feed.status.progress?.step]).toEqual([true, 5001, 1001]);
  expect(feed.log.map((event) => event.type)).toEqual(["started"]);
});

test("a run that is too short to be summed up is left to its stream", () => {
  const feed = new RunFeed(1);
  feed.restore({ seq: 0, events: [], curves: {} });
  expect([feed.summedUp, feed.lastSeq]).toEqual([false, 0]);
});

test("as many runs as are compared keep one feed each, however many there are", () => {
  vi.stubGlobal(
    "WebSocket",
    class {
      close() {}
    },
  );
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  const runs = Array.from({ length: 9 }, (_, place) => 100 + place);
  const made = runs.map(runFeed);
  const leave = made.map(followRun);
  expect(runs.map(runFeed)).toEqual(made);
  for (const end of leave) end();
  expect(runs.filter((run, place) => runFeed(run) === made[place]).length).toBeLessThan(9);
  vi.unstubAllGlobals();
});
