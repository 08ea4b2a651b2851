import { expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { position, upToDate } from "./position";

const run = { state: "running", progress: { phase: "training", eta_seconds: 90 } } as unknown as Run;
const event = (seq: number, body: object) => ({ seq, time: "", ...body }) as unknown as RunEvent;
const left = (feed: RunFeed) => position(run, feed.status).left;

test("the time left is that of the row until there are events, then only what was told since the phase began", () => {
  const feed = new RunFeed(1);
  expect(left(feed)).toBe(90);
  feed.append([
    event(1, { type: "phase", phase: "training" }),
    event(2, { type: "progress", step: 5, steps: 10, eta_seconds: 41 }),
  ]);
  expect(left(feed)).toBe(41);
  for (const phase of ["paused", "queued", "compiling", "training"]) {
    feed.append([event(feed.lastSeq + 1, { type: "phase", phase })]);
    expect(left(feed)).toBeNull();
  }
  feed.append([event(feed.lastSeq + 1, { type: "progress", step: 6, steps: 10, eta_seconds: 7 })]);
  expect([left(feed), position(run, feed.status).step]).toEqual([7, 6]);
});

test("a run that diverged stands where its loss was no number any more", () => {
  const feed = new RunFeed(1);
  const problem = { code: "loss_is_not_a_number", message: "", where: { epoch: 4, step: 352 } };
  feed.append([
    event(1, { type: "started", steps_per_epoch: 100, epochs: 10 }),
    event(2, { type: "progress", step: 300, steps: 1000, epoch: 3 }),
    event(3, { type: "finished", reason: "diverged", problem }),
  ]);
  expect(position(run, feed.status)).toMatchObject({ epoch: 4, step: 352, epochs: 10, steps: 1000 });
});

test("the list and the page tell the same time left of a run", () => {
  const feed = new RunFeed(1);
  feed.append([
    event(1, { type: "phase", phase: "training" }),
    event(2, { type: "progress", step: 5, steps: 10, eta_seconds: 41 }),
  ]);
  expect(upToDate(run, feed.status).progress.eta_seconds).toBe(41);
});
