/** Full detail of the stretch that a chart is zoomed to, fetched where the run was taken in summed up. */

import { useEffect, useState } from "react";
import { api } from "../api/client";
import type { RunFeed } from "../stores/run";
import { type Series, type SummedUp, seriesOf } from "../stores/series";
import { visible } from "./bands";
import type { ChartView } from "./chartView";
import { type Curve, chartCurves, placed, timeUnit } from "./curves";

const NONE: ReadonlyMap<string, Series> = new Map();
const POINTS = 2000;
const PAUSE = 150;

export interface Details {
  /** Grows when there is something new. */
  version: number;
  byKey: ReadonlyMap<string, Series>;
}

/** The details of the curves of a chart by their keys; none while everything is shown or all of it is known. */
export function useDetails(feed: RunFeed, name: string, view: ChartView): Details {
  const [details, setDetails] = useState<Details>({ version: 0, byKey: NONE });
  const { zoom, xAxis } = view;
  const wanted = feed.summedUp && zoom ? `${zoom.join()} ${xAxis}` : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` says all of the view that matters
  useEffect(() => {
    const show = (byKey: ReadonlyMap<string, Series>) =>
      setDetails(({ version }) => ({ version: version + 1, byKey }));
    if (wanted === null) {
      show(NONE);
      return;
    }
    const fetching = new AbortController();
    const timer = setTimeout(() => {
      fetchDetails(feed, name, view, fetching.signal).then(show, () => {}); // the summed-up curve stays
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      fetching.abort();
    };
  }, [feed, name, wanted]);
  return details;
}

async function fetchDetails(feed: RunFeed, name: string, view: ChartView, signal: AbortSignal) {
  const curves = chartCurves(feed, name);
  const found = await Promise.all(
    curves.map(async (curve) => {
      const [from, to] = stretch(feed, curve, view);
      const query = new URLSearchParams({
        name: curve.key,
        from: `${from}`,
        to: `${to}`,
        points: `${POINTS}`,
      });
      const points = await api.get<SummedUp>(`/api/runs/${feed.run}/curve/?${query}`, signal);
      return [curve.key, seriesOf(points)] as const;
    }),
  );
  return new Map(found);
}

/** The first and the last step, or epoch, of what a chart is zoomed to. */
export function stretch(
  feed: RunFeed,
  curve: Curve,
  { zoom, xAxis }: Pick<ChartView, "zoom" | "xAxis">,
): [number, number] {
  const x = curve.series.x.view();
  const unit = xAxis === "time" ? timeUnit(feed).seconds : 1;
  const [from = 0, to = 0] = zoom ?? [];
  const [first, end] = visible(placed(feed, curve, xAxis), from / unit, to / unit);
  return [Math.floor(x[first] ?? 0), Math.ceil(x[end - 1] ?? 0)];
}
