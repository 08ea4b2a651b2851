import { expect, test } from "vitest";
import type { RunEvent } from "../../api/types";
import { RunFeed } from "../../stores/run";
import { atBest, lines, namesOfAll, traces, valueAt, winner } from "./curves";

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

test("curves of short and of long runs are drawn alike: joined, without their points", () => {
  const runs = [{ feed: quick, name: "#1", colour: "red" }];
  expect(traces(runs, "loss", frame).map(({ mode }) => mode)).toEqual(["lines", "lines"]);
  const single = new RunFeed(9);
  single.append([
    {
      seq: 1,
      type: "epoch",
      epoch: 1,
      time: at(1),
      train: {},
      validation: { loss: 2 },
    } as unknown as RunEvent,
  ]);
  const [dot] = traces([{ feed: single, name: "#9", colour: "red" }], "loss", frame);
  expect(dot?.mode).toBe("lines+markers"); // one point alone makes no line
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
});

test("every metric is told at the epoch that is the best by what the run watches", () => {
  const made = new RunFeed(4);
  const said = [
    { type: "epoch", epoch: 1, best_epoch: 1, validation: { loss: 0.5, auc: 0.9 } },
    { type: "epoch", epoch: 2, best_epoch: 2, validation: { loss: 0.4, auc: 0.7 } },
    { type: "epoch", epoch: 3, best_epoch: 2, validation: { loss: 0.6, auc: 0.8 } },
  ];
  made.append(said.map((event, place) => ({ seq: place + 1, time: at(place), ...event }) as RunEvent));
  expect([atBest(made, "loss"), atBest(made, "auc"), atBest(made, "f1")]).toEqual([0.4, 0.7, null]);
  const end = { seq: 4, type: "finished", best_epoch: 2, validation: { loss: 0.4, auc: 0.75 } };
  made.append([end as unknown as RunEvent]);
  expect([atBest(made, "loss"), atBest(made, "auc")]).toEqual([0.4, 0.75]);
});

test("of a long run taken in summed up the best epoch is told too", () => {
  const made = new RunFeed(5);
  const curve = { x: [10, 20], y: [0.5, 0.6], low: [0.3, 0.5], high: [0.6, 0.7], at: [0, 0] };
  const events = [
    { seq: 7, type: "epoch", epoch: 7, best_epoch: 7, validation: { loss: 0.3 } },
    { seq: 20, type: "epoch", epoch: 20, best_epoch: 7, validation: { loss: 0.6 } },
  ].map((event) => ({ time: "", ...event }) as RunEvent);
  made.restore({ seq: 20, events, curves: { "validation.loss": curve } });
  expect(atBest(made, "loss")).toBe(0.3);
});

test("the best of several is told where there are two or more", () => {
  expect([winner([0.2, null, 0.1], "lower"), winner([0.2, 0.9], "higher")]).toEqual([0.1, 0.9]);
  expect(winner([0.2, null], "lower")).toBeNull();
});

test("the loss by steps is evened and has its band, as on the page of the run itself", () => {
  const made = new RunFeed(3);
  const losses = [
    { step: 10, loss: 1, loss_min: 0.8, loss_max: 1.2 },
    { step: 20, loss: 0.9 },
    { step: 21, loss: 9, loss_min: 9, loss_max: 9 }, // one step before a pause
    { step: 30, loss: 0.8 },
    { step: 40, loss: 0.7 },
  ];
  const events: Record<string, unknown>[] = [
    { type: "started", steps_per_epoch: 40, time: at(0) },
    ...losses.map((one) => ({ type: "progress", time: at(one.step), ...one })),
  ];
  made.append(events.map((event, place) => ({ seq: place + 1, ...event }) as RunEvent));
  const [line] = lines([made], "loss", "step");
  expect(Array.from(line?.x ?? [])).toEqual([10, 20, 30, 40]);
  expect(line?.y[2]).toBeCloseTo((9 + 9 * 0.8) / 10, 10);
  const drawn = traces([{ feed: made, name: "#3", colour: "red" }], "loss", { ...frame, xAxis: "step" });
  const band = drawn.find(({ fill }) => fill === "toself");
  expect(Array.from(band?.y ?? []).slice(0, 2)).toEqual([1.2, 1.2]);
  expect(band?.fillcolor).toBe("red");
  expect(drawn.map(({ hoverinfo }) => hoverinfo)).toEqual(["none", "none"]);
});
