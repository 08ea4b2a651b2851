import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import {
  bandOf,
  bandOver,
  chartCurves,
  chartNames,
  curveTraces,
  pageCharts,
  placed,
  placeOfEpoch,
  pointCount,
  traces,
} from "./curves";

const colours = { train: "a", validation: "b" };
const plain = { xAxis: "epoch", smoothing: 0, zoom: null } as const;
const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function feed(): RunFeed {
  const made = new RunFeed(7);
  const events: Record<string, unknown>[] = [
    { type: "started", steps_per_epoch: 10, epochs: 2 },
    { type: "progress", step: 5, loss: 0.9, loss_min: 0.7, loss_max: 1.3 },
    { type: "progress", step: 10, loss: 0.8 },
    { type: "epoch", epoch: 1, train: { loss: 0.85, skill: 0.5 }, validation: { loss: 0.8, skill: 0.6 } },
    { type: "progress", step: 15, loss: 0.7 },
  ];
  made.append(events.map((event, place) => ({ seq: place + 1, time: time(place), ...event }) as RunEvent));
  return made;
}

test("there is a chart for the loss and for every metric of the epochs", () => {
  expect(chartNames(feed())).toEqual(["loss", "skill"]);
  expect(chartNames(new RunFeed(1))).toEqual(["loss"]);
});

test("the learning rate is drawn as it was set, on the axis of the loss and beside no measure", () => {
  const made = feed();
  expect(pageCharts(made)).toEqual(["loss", "skill"]);
  const rates = [0.01, 0.01, 0.001].map((learning_rate, place) => ({
    seq: 6 + place,
    time: time(6),
    type: "progress",
    step: 16 + place,
    learning_rate,
  }));
  made.append(rates as unknown as RunEvent[]);
  expect(pageCharts(made)).toEqual(["loss", "skill", "learning_rate"]);
  expect(chartNames(made)).toEqual(["loss", "skill"]);
  const drawn = traces(made, "learning_rate", colours, { ...plain, smoothing: 0.9 });
  expect(drawn.map(({ name }) => name)).toEqual(["Learning rate"]);
  expect(Array.from(drawn[0]?.x ?? [])).toEqual([1.6, 1.7, 1.8]);
  expect(Array.from(drawn[0]?.y ?? [])).toEqual([0.01, 0.01, 0.001]);
  expect(drawn[0]?.line?.shape).toBe("vh"); // a rate told at a step has held since the one told before
  expect(bandOver(made, "learning_rate")).toBeNull();
});

test("the training loss is drawn by step, scaled to epochs, in a band of its range, beside the validation loss", () => {
  const [band, train, validation] = traces(feed(), "loss", colours, plain);
  expect(Array.from(band?.x ?? []).slice(0, 6)).toEqual([0, 0.5, 0.5, 1, 1, 1.5]);
  expect(Array.from(band?.y ?? []).slice(0, 4)).toEqual([1.3, 1.3, 0.8, 0.8]);
  expect(Array.from(band?.y ?? []).slice(-4)).toEqual([0.8, 0.8, 0.7, 0.7]);
  expect(band?.fill).toBe("toself");
  expect(Array.from(train?.x ?? [])).toEqual([0.5, 1, 1.5]);
  expect(Array.from(validation?.x ?? [])).toEqual([1]);
  expect(train?.line?.color).toBe("a");
  expect(validation?.line?.color).toBe("b");
});

test("x can be steps, or seconds since the run began", () => {
  const made = feed();
  const [train, validation] = chartCurves(made, "loss");
  if (!train || !validation) throw new Error("two curves");
  expect([...placed(made, train, "step")]).toEqual([5, 10, 15]);
  expect([...placed(made, validation, "step")]).toEqual([10]);
  expect([...placed(made, train, "time")]).toEqual([1, 2, 4]);
  expect(placeOfEpoch(made, 1, "step")).toBe(10);
  expect(placeOfEpoch(made, 1, "time")).toBe(3);
  expect(placeOfEpoch(made, 2, "time")).toBeNull();
});

test("with smoothing the raw line stays faintly behind", () => {
  const made = feed();
  const [train] = chartCurves(made, "loss");
  if (!train) throw new Error("a curve");
  const look = { name: "Training", colour: "a" };
  const [, raw, smoothed] = curveTraces(bandOf(made, train, "epoch"), look, { ...plain, smoothing: 0.5 });
  expect([...Array.from(raw?.y ?? [])]).toEqual([0.9, 0.8, 0.7]);
  expect(raw?.opacity).toBeLessThan(0.5);
  expect(smoothed?.y[1]).toBeCloseTo((0.5 * 0.9 + 0.8) / 1.5, 10);
});

test("a zoom draws only what is in it and one point on each side", () => {
  const [train] = traces(feed(), "loss", colours, { ...plain, zoom: [1.1, 1.2] });
  expect(Array.from(train?.x ?? [])).toEqual([1, 1.5]);
});

test("the number of points counts every curve of the chart", () => {
  expect(pointCount(feed(), "loss")).toBe(4);
  expect(pointCount(feed(), "skill")).toBe(2);
});

test("a continued run, whose earlier steps are not known, is drawn by its epochs as a whole, without a band", () => {
  const made = new RunFeed(8);
  const events: Record<string, unknown>[] = [
    { type: "started", steps_per_epoch: 10, epochs: 3 },
    { type: "epoch", epoch: 1, train: { loss: 0.9 }, validation: { loss: 0.8 } },
    { type: "epoch", epoch: 2, train: { loss: 0.8 }, validation: { loss: 0.7 } },
    ...[21, 23, 25, 27].map((step) => ({ type: "progress", step, loss: 0.7, loss_min: 0.5, loss_max: 1 })),
  ];
  made.append(events.map((event, place) => ({ seq: place + 1, time: time(place), ...event }) as RunEvent));
  const drawn = traces(made, "loss", colours, plain);
  expect(drawn.map(({ name }) => name)).toEqual(["Training", "Validation"]);
  expect(Array.from(drawn[0]?.x ?? [])).toEqual([1, 2]);
  expect(bandOver(made, "loss")).toBeNull();
  expect(bandOver(feed(), "loss")).toBe("step");
});

test("where later epochs are so short that none of their steps were told, the loss is drawn by its epochs", () => {
  const made = new RunFeed(9);
  const progress = (step: number) => ({ type: "progress", step, loss: 0.7, loss_min: 0.5, loss_max: 1 });
  const epoch = (number: number) => ({ type: "epoch", epoch: number, train: { loss: 1 / number } });
  const events: Record<string, unknown>[] = [
    { type: "started", steps_per_epoch: 10, epochs: 8 },
    ...[2, 4, 6, 8, 10].map(progress),
    epoch(1),
    ...[12, 14, 16, 18, 20].map(progress),
    epoch(2),
  ];
  const add = (all: Record<string, unknown>[]) =>
    made.append(
      all.map((event, place) => ({ seq: made.lastSeq + place + 1, time: time(9), ...event }) as RunEvent),
    );
  add(events);
  expect(chartCurves(made, "loss")[0]?.counts).toBe("step");
  add([3, 4, 5, 6, 7, 8].map(epoch));
  expect(chartCurves(made, "loss")[0]?.counts).toBe("epoch");
  add([progress(80)]);
  expect(chartCurves(made, "loss")[0]?.counts).toBe("epoch");
});
