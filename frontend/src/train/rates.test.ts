import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { RATE, traces } from "./curves";

const colours = { train: "a", validation: "b" };
const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function drawn(xAxis: "step" | "epoch" | "time", changes: Record<string, unknown>[]) {
  const made = new RunFeed(7);
  const told = [
    [10, 0.01, 1],
    [20, 0.01, 2],
    [50, 0.001, 5],
    [60, 0.001, 6],
  ].map(([step, learning_rate, second]) => ({
    type: "progress",
    step,
    loss: 1,
    learning_rate,
    time: time(second ?? 0),
  }));
  const events = [{ type: "started", steps_per_epoch: 10, epochs: 6, time: time(0) }, ...told, ...changes];
  made.append(events.map((event, place) => ({ seq: place + 1, ...event }) as unknown as RunEvent));
  const [line] = traces(made, RATE, colours, { xAxis, smoothing: 0, zoom: null });
  return { points: Array.from(line?.x ?? []).map((x, place) => [x, line?.y[place]]), line };
}

const fall = { type: "log", step: 40, fell_to: 0.001, time: time(4) };

test("a fall of the learning rate is drawn at the step where it happened", () => {
  const { points, line } = drawn("step", [fall]);
  expect(points).toEqual([
    [10, 0.01],
    [20, 0.01],
    [40, 0.01],
    [50, 0.001],
    [60, 0.001],
  ]);
  expect(line?.line?.shape).toBe("vh"); // from 40 on the rate of 50
  expect(drawn("epoch", [fall]).points[2]).toEqual([4, 0.01]);
  expect(drawn("time", [fall]).points[2]).toEqual([4, 0.01]);
});

test("a rate that somebody changed is drawn where it was changed, and other changes add nothing", () => {
  const set = { type: "log", step: 35, settings: { learning_rate: 0.001 }, time: time(3) };
  expect(drawn("step", [set]).points[2]).toEqual([35, 0.01]);
  const patience = { type: "log", step: 35, settings: { patience: 3 }, time: time(3) };
  expect(drawn("step", [patience]).points).toHaveLength(4);
  expect(drawn("step", [{ ...fall, step: 20 }]).points).toHaveLength(4); // told at that very step
});
