import { expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { position } from "./position";

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
