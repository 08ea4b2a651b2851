/** How the charts of a run are looked at: kept in the address, so that reload, back and a sent link show the same. */

import { useMemo } from "react";
import { setSearch, useSearch } from "../ui/router";

export type XAxis = "epoch" | "step" | "time";

export interface ChartView {
  /** The one chart that is shown large, or null for all. */
  chart: string | null;
  xAxis: XAxis;
  logX: boolean;
  logY: boolean;
  /** The weight of what was before, 0 for none. */
  smoothing: number;
  /** From where to where on the x axis (in seconds where that is time), or null for all. */
  zoom: [number, number] | null;
}

export const MOST_SMOOTHING = 0.99;
const X_AXES: readonly XAxis[] = ["epoch", "step", "time"];
const KEYS = ["chart", "x", "log", "smooth", "zoom"] as const;
type Key = (typeof KEYS)[number];

/** What the query of an address says; what it says wrong counts as not said. */
export function readView(query: Record<Key, string | null>): ChartView {
  const smoothing = Number(query.smooth ?? 0);
  return {
    chart: query.chart,
    xAxis: X_AXES.find((axis) => axis === query.x) ?? "epoch",
    logX: (query.log ?? "").includes("x"),
    logY: (query.log ?? "").includes("y"),
    smoothing: smoothing > 0 && smoothing <= MOST_SMOOTHING ? smoothing : 0,
    zoom: readZoom(query.zoom),
  };
}

function readZoom(text: string | null): [number, number] | null {
  const [from = Number.NaN, to = Number.NaN, ...more] = (text ?? "").split("..").map(Number);
  return more.length === 0 && from < to && Number.isFinite(to - from) ? [from, to] : null;
}

/** The changes of a view as they stand in the query; what is usual is not said. Another x axis ends the zoom. */
export function writeView(view: ChartView, changes: Partial<ChartView>): Record<Key, string | number | null> {
  const next = { ...view, ...changes };
  if (next.xAxis !== view.xAxis) next.zoom = null;
  return {
    chart: next.chart,
    x: next.xAxis === "epoch" ? null : next.xAxis,
    log: `${next.logX ? "x" : ""}${next.logY ? "y" : ""}` || null,
    smooth: next.smoothing || null,
    zoom: next.zoom?.map((value) => Number(value.toPrecision(7))).join("..") ?? null,
  };
}

type Change = (changes: Partial<ChartView>, replace?: boolean) => void;

/** The view in the address, and how to change it; with `replace` the change is no step of its own for "back". */
export function useChartView(): [ChartView, Change] {
  const [chart] = useSearch("chart");
  const [x] = useSearch("x");
  const [log] = useSearch("log");
  const [smooth] = useSearch("smooth");
  const [zoom] = useSearch("zoom");
  return useMemo(() => {
    const view = readView({ chart, x, log, smooth, zoom });
    return [view, (changes, replace = false) => setSearch(writeView(view, changes), replace)];
  }, [chart, x, log, smooth, zoom]);
}
