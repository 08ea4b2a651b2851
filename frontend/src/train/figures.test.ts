import { expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { figuresOfEpoch, stillImproving } from "./figures";

const run = { id: 1, state: "running", metrics: null } as unknown as Run;
const epoch = (number: number, loss: number, validation: number) =>
  ({
    seq: number,
    type: "epoch",
    epoch: number,
    train: { loss },
    validation: { loss: validation },
  }) as unknown as RunEvent;

function feedOf(...events: RunEvent[]): RunFeed {
  const feed = new RunFeed(1);
  feed.append(events);
  return feed;
}
const figures = (feed: RunFeed) => figuresOfEpoch(run, feed.status, feed.series);

test("while it runs all figures are of the last completed epoch", () => {
  const progress = { seq: 3, type: "progress", step: 9, loss: 0.1 } as unknown as RunEvent;
  expect(figures(feedOf(epoch(1, 0.9, 0.8), epoch(2, 0.5, 0.6), progress))).toEqual({
    of: "after epoch 2",
    loss: 0.5,
    validation: { loss: 0.6 },
  });
});

test("after the end all figures are of the best epoch", () => {
  const end = { seq: 4, type: "finished", best_epoch: 2, validation: { loss: 0.6 } } as unknown as RunEvent;
  expect(figures(feedOf(epoch(1, 0.9, 0.8), epoch(2, 0.5, 0.6), epoch(3, 0.3, 0.7), end))).toEqual({
    of: "at the best epoch 2",
    loss: 0.5,
    validation: { loss: 0.6 },
  });
});

test("after a goal was reached all figures are of the epoch that reached it, which need not be the best", () => {
  const end = {
    seq: 3,
    type: "finished",
    reason: "target_reached",
    best_epoch: 2,
    validation: { loss: 0.9 },
  } as unknown as RunEvent;
  expect(figures(feedOf(epoch(1, 0.9, 0.8), epoch(2, 0.5, 0.9), end))).toEqual({
    of: "at the kept epoch 2",
    loss: 0.5,
    validation: { loss: 0.9 },
  });
});

test("the best epoch of an earlier run is not shown as one of this run", () => {
  const end = { seq: 4, type: "finished", best_epoch: 2, validation: { loss: 0.6 } } as unknown as RunEvent;
  const feed = feedOf(epoch(1, 0.9, 0.8), epoch(2, 0.5, 0.6), epoch(3, 0.3, 0.7), end);
  const continued = { ...run, best_of: { number: 3, epoch: 2 } };
  expect(figuresOfEpoch(continued, feed.status, feed.series).of).toBe("at the best epoch 2 of run 3");
});

test("it was still improving only if the last of all epochs was the best", () => {
  const end = (reason: string, best_epoch: number) =>
    ({ type: "finished", reason, best_epoch }) as unknown as RunEvent;
  expect(stillImproving(run, end("completed", 20), 20)).toBe(true);
  expect(stillImproving(run, end("completed", 12), 20)).toBe(false);
  expect(stillImproving(run, end("stopped_by_user", 20), 20)).toBe(false);
  const ended = { ...run, metrics: { reason: "completed", best_epoch: 20, epoch: 20 } } as Run;
  expect(stillImproving(ended, null, undefined)).toBe(true);
});
