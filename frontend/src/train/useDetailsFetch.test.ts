/** The fetch of full detail where a chart of a long run is zoomed. */

import { cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { RunEvent } from "../api/types";
import { RunFeed } from "../stores/run";
import type { ChartView } from "./chartView";
import { useDetails } from "./useDetails";

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const point = (x: number[]) => ({ x, y: x.map(() => 1), low: x, high: x, at: x.map(() => 0) });

/** A run of 100 epochs of 10 steps, taken in at a glance: one point for each tenth of it. */
function longRun(): RunFeed {
  const feed = new RunFeed(3);
  const started = { seq: 1, time: "", type: "started", steps_per_epoch: 10 } as unknown as RunEvent;
  const tenths = Array.from({ length: 10 }, (_, place) => 100 * (place + 1));
  feed.restore({ seq: 9000, events: [started], curves: { "progress.loss": point(tenths) } });
  return feed;
}

const view = (zoom: [number, number] | null): ChartView => ({
  chart: null,
  xAxis: "epoch",
  smoothing: 0,
  logX: false,
  logY: false,
  zoom,
});

test("zooming into a long run fetches the stretch in full detail, and zooming out lets go of it", async () => {
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => new Response(JSON.stringify(point([310, 320, 330]))));
  const feed = longRun();
  const { result, rerender } = renderHook(({ zoom }) => useDetails(feed, "loss", view(zoom)), {
    initialProps: { zoom: null as [number, number] | null },
  });
  expect(result.current.byKey.size).toBe(0);
  rerender({ zoom: [32, 38] });
  await vi.waitFor(() =>
    expect([...(result.current.byKey.get("progress.loss")?.x.view() ?? [])]).toEqual([310, 320, 330]),
  );
  const asked = new URL(String(fetched.mock.calls[0]?.[0]), "http://x");
  expect(asked.pathname).toBe("/api/runs/3/curve/");
  expect(["name", "from", "to"].map((key) => asked.searchParams.get(key))).toEqual([
    "progress.loss",
    "300",
    "400",
  ]);
  rerender({ zoom: null });
  expect(result.current.byKey.size).toBe(0);
});

test("where a curve cannot be fetched in detail the summed-up one stays", async () => {
  const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("{}", { status: 500 }));
  const feed = longRun();
  const { result } = renderHook(() => useDetails(feed, "loss", view([32, 38])));
  await vi.waitFor(() => expect(fetched).toHaveBeenCalled());
  expect(result.current.byKey.size).toBe(0);
});
