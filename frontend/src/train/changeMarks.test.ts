import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { changeMarks, changeWords } from "./changeMarks";

const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function feed(): RunFeed {
  const made = new RunFeed(7);
  const change = { type: "log", step: 15, change: 1, settings: { learning_rate: 0.0005, epochs: 4 } };
  made.append([
    { seq: 1, time: time(0), type: "started", steps_per_epoch: 10, epochs: 2 },
    { seq: 2, time: time(4), ...change },
    { seq: 3, time: time(5), type: "log", step: 20 },
  ] as RunEvent[]);
  return made;
}

const text = "learning rate 0.0005, epochs 4";

test("what was changed while the run went on is marked where it holds from", () => {
  expect(changeMarks(feed(), "epoch", null)).toEqual([{ x: 1.5, text }]);
  expect(changeMarks(feed(), "time", null)).toEqual([{ x: 4, text }]);
});

test("a fall of the learning rate is marked where it happened", () => {
  const made = feed();
  const fall = { seq: 4, time: time(6), type: "log", step: 20, fell_to: 0.00005 } as unknown as RunEvent;
  made.append([fall]);
  expect(changeMarks(made, "epoch", null)[1]).toEqual({ x: 2, text: "learning rate 0.00005" });
});

const origin = { run: 3, number: 2, name: "Run 2", checkpoint: "step-12", epoch: 2, step: 12 };

test("a run that goes on from another shows where, with what, and what was changed before", () => {
  const changes = [{ step: 5, patience: 9 }];
  const whole = { ...origin, changes, otherwise: { learning_rate: 0.001, epochs: 9 } };
  expect(changeMarks(feed(), "step", whole)).toEqual([
    { x: 5, text: "patience 9" },
    { x: 12, text: "from run 2: learning rate 0.001", began: true },
    { x: 15, text },
  ]);
  expect(changeMarks(feed(), "time", whole)).toEqual([{ x: 4, text }]);
});

test("what was changed is written as numbers are everywhere", () => {
  expect(changeWords({ epochs: 20000, learning_rate: 1e-7 })).toBe("learning rate 1e-7, epochs 20,000");
});

test("one that was made before these were kept shows where it began", () => {
  expect(changeMarks(feed(), "epoch", origin)[0]).toEqual({ x: 1.2, text: "from run 2", began: true });
});

test("while it is not known how many steps an epoch has, nothing is marked on an axis of epochs", () => {
  const queued = new RunFeed(7);
  const whole = { ...origin, changes: [{ step: 5, patience: 9 }] };
  expect(changeMarks(queued, "epoch", whole)).toEqual([]);
  expect(changeMarks(queued, "step", whole).map(({ x }) => x)).toEqual([5, 12]);
});
