import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { chartNames, pointCount, traces } from "./curves";

const colours = { train: "a", validation: "b", ink: "c", mute: "d", line: "e", panel: "f" };
const time = "2026-01-01T00:00:00Z";

function feed(): RunFeed {
  const made = new RunFeed(7);
  const events: Record<string, unknown>[] = [
    { type: "started", steps_per_epoch: 10, epochs: 2 },
    { type: "progress", step: 5, loss: 0.9 },
    { type: "progress", step: 10, loss: 0.8 },
    { type: "epoch", epoch: 1, train: { loss: 0.85, skill: 0.5 }, validation: { loss: 0.8, skill: 0.6 } },
    { type: "progress", step: 15, loss: 0.7 },
  ];
  made.append(events.map((event, place) => ({ seq: place + 1, time, ...event }) as RunEvent));
  return made;
}

test("there is a chart for the loss and for every metric of the epochs", () => {
  expect(chartNames(feed())).toEqual(["loss", "skill"]);
  expect(chartNames(new RunFeed(1))).toEqual(["loss"]);
});

test("the training loss is drawn by step, scaled to epochs, beside the validation loss", () => {
  const [train, validation] = traces(feed(), "loss", colours);
  expect(Array.from(train?.x ?? [])).toEqual([0.5, 1, 1.5]);
  expect(Array.from(validation?.x ?? [])).toEqual([1]);
  expect(train?.line?.color).toBe("a");
  expect(validation?.line?.color).toBe("b");
});

test("the number of points counts every curve of the chart", () => {
  expect(pointCount(feed(), "loss")).toBe(4);
  expect(pointCount(feed(), "skill")).toBe(2);
});
