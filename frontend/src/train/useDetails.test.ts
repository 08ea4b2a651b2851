import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import { chartCurves } from "./curves";
import { stretch } from "./useDetails";

const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

test("a zoom on any axis is fetched by steps, one point further on each side", () => {
  const feed = new RunFeed(1);
  const events = [{ type: "started", steps_per_epoch: 100 }].concat(
    Array.from(
      { length: 10 },
      (_, place) => ({ type: "progress", step: 100 * (place + 1), loss: 1 }) as never,
    ),
  );
  feed.append(events.map((event, place) => ({ seq: place + 1, time: time(place), ...event }) as RunEvent));
  const [curve] = chartCurves(feed, "loss");
  if (!curve) throw new Error("a curve");
  expect(stretch(feed, curve, { xAxis: "epoch", zoom: [2.5, 4.2] })).toEqual([200, 500]);
  expect(stretch(feed, curve, { xAxis: "step", zoom: [250, 420] })).toEqual([200, 500]);
  expect(stretch(feed, curve, { xAxis: "time", zoom: [2.5, 4.2] })).toEqual([200, 500]);
});
