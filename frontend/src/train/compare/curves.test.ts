import { expect, test } from "vitest";
import type { RunEvent } from "../../api/types";
import { RunFeed } from "../../stores/run";
import { bestOf, lines, namesOfAll, traces, valueAt } from "./curves";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString();

function feed(run: number, pace: number, extra = {}): RunFeed {
  const made = new RunFeed(run);
  const events: Record<string, unknown>[] = [
    { type: "started", steps_per_epoch: 10, time: at(0) },
    ...[1, 2, 3].map((epoch) => ({
      type: "epoch",
      epoch,
      time: at(epoch * pace),
      train: { loss: 1 / epoch },
      validation: { loss: 2 / epoch, ...extra },
    })),
  ];
  made.append(events.map((event, place) => ({ seq: place + 1, ...event }) as RunEvent));
  return made;
}

const quick = feed(1, 1);
const slow = feed(2, 60, { auc: 0.5 });
const frame = { xAxis: "epoch" as const, smoothing: 0, zoom: null };

test("every metric that one of the runs has gets a chart", () => {
  expect(namesOfAll([quick, slow])).toEqual(["loss", "auc"]);
});

test("a run has one colour, with validation solid and training dashed", () => {
  const runs = [
    { feed: quick, name: "#1", colour: "red" },
    { feed: slow, name: "#2", colour: "blue" },
  ];
  const drawn = traces(runs, "loss", frame).map(({ line }) => [line?.color, line?.dash]);
  expect(drawn).toEqual([
    ["red", "dash"],
    ["red", "solid"],
    ["blue", "dash"],
    ["blue", "solid"],
  ]);
});

test("by time all runs stand in the same unit", () => {
  const [, quickly, , slowly] = lines([quick, slow], "loss", "time");
  expect(Array.from(slowly?.x ?? [])).toEqual([1, 2, 3]);
  expect(Array.from(quickly?.x ?? []).map((x) => Math.round(60 * x))).toEqual([1, 2, 3]);
});

test("the value at a place is the nearest one, and none beyond the end", () => {
  const y = Float64Array.from([0.9, 0.5, 0.7]);
  const line = { x: Float64Array.from([1, 2, 3]), y, low: y, high: y };
  expect([1, 1.6, 2.4, 3.4, 9].map((place) => valueAt(line, place))).toEqual([0.9, 0.5, 0.5, 0.7, null]);
  expect([bestOf(line, "lower"), bestOf(line, "higher")]).toEqual([0.5, 0.9]);
  const summedUp = { low: Float64Array.from([0.6, 0.1]), high: Float64Array.from([0.9, 0.3]) };
  expect([bestOf(summedUp, "lower"), bestOf(summedUp, "higher")]).toEqual([0.1, 0.9]);
});
