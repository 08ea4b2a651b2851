/** What the charts of a run show: which curves, on which axes, drawn with how many points. */

import type { Trace } from "plotly.js-cartesian-dist-min";
import type { RunFeed } from "../stores/run";
import { placeAt, type Series, withDetail } from "../stores/series";
import { type Band, buckets, evened, hasRange, MOST_POINTS, visible } from "./bands";
import type { ChartView, XAxis } from "./chartView";
import { withChanges } from "./rates";
import { smooth } from "./smooth";

export const LOSS = "loss";
/** The chart of the learning rate, which is set and not measured. */
export const RATE = "learning_rate";

/** The charts of a run: the loss, then every metric its epochs carry. */
export function chartNames(feed: RunFeed): string[] {
  const names = new Set<string>([LOSS]);
  for (const key of feed.series.keys()) {
    const [part, name] = split(key);
    if (part === "train" || part === "validation") names.add(name);
  }
  return [...names];
}

/** The charts of a run's page: the last shows the learning rate, once it is known. */
export const pageCharts = (feed: RunFeed) =>
  feed.series.has(`progress.${RATE}`) ? [...chartNames(feed), RATE] : chartNames(feed);

function split(key: string): [string, string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}

/** Points of one chart, before any is left out for drawing. */
export function pointCount(feed: RunFeed, name: string): number {
  return chartCurves(feed, name).reduce((sum, { series }) => sum + series.x.length, 0);
}

export type Part = "train" | "validation";

const rateCurve = (series: Series): Curve => ({
  part: "train",
  key: `progress.${RATE}`,
  series,
  counts: "step",
  set: true,
});

/** One curve of one run. */
export interface Curve {
  part: Part;
  /** Its name among those of the run: "progress.loss", "validation.accuracy". */
  key: string;
  series: Series;
  /** What x of the series counts. */
  counts: "step" | "epoch";
  /** What was set, and not measured, held since it was set: drawn in steps, neither evened nor smoothed. */
  set?: true;
}

/**
 * Curves of one chart. Metrics exist by epoch only; the training loss also by step, which is drawn while that says
 * more than its mean over each epoch, and from the beginning: a continued run knows its steps from there on only.
 */
export function chartCurves(feed: RunFeed, name: string): Curve[] {
  const rates = name === RATE ? feed.series.get(`progress.${RATE}`) : undefined;
  if (rates) return [rateCurve(rates)];
  const curves: Curve[] = [];
  const byEpoch = feed.series.get(`train.${name}`);
  const byStep = name === LOSS && stepsPerEpoch(feed) > 0 ? feed.series.get(`progress.${LOSS}`) : undefined;
  if (byStep && (!byEpoch || (saysMore(feed, byStep, byEpoch) && beginsWith(feed, byStep, byEpoch))))
    curves.push({ part: "train", key: `progress.${LOSS}`, series: byStep, counts: "step" });
  else if (byEpoch) curves.push({ part: "train", key: `train.${name}`, series: byEpoch, counts: "epoch" });
  const key = `validation.${name}`;
  const validation = feed.series.get(key);
  if (validation) curves.push({ part: "validation", key, series: validation, counts: "epoch" });
  return curves;
}

/** Whether a curve by steps has more points than one by epochs, also of the later half: where the epochs grew short,
 *  as once all is compiled, several of them may lie between two of its points. */
function saysMore(feed: RunFeed, byStep: Series, byEpoch: Series): boolean {
  const half = byEpoch.x.view()[byEpoch.x.length >> 1] ?? 0;
  const from = placeAt(byStep, half * stepsPerEpoch(feed));
  const later = from < 0 ? 0 : byStep.x.length - from;
  return byStep.x.length > byEpoch.x.length && later >= byEpoch.x.length - (byEpoch.x.length >> 1);
}

/** Whether a curve by steps begins no later than one by epochs; a little later where both are summed up. */
const beginsWith = (feed: RunFeed, byStep: Series, byEpoch: Series) =>
  (byStep.x.view()[0] ?? 0) <= 1.01 * stepsPerEpoch(feed) * (byEpoch.x.view()[0] ?? 0);

/** 0 until the run tells it at its start. */
export const stepsPerEpoch = (feed: RunFeed) => Number(feed.status.started?.steps_per_epoch ?? 0);

/** x of a curve in epochs, steps, or units of time since the run began. */
export function placed(
  feed: RunFeed,
  { series, counts }: Pick<Curve, "series" | "counts">,
  axis: XAxis,
): Float64Array {
  const x = series.x.view();
  if (axis === "time") {
    const began = beginning(feed);
    const unit = 1000 * timeUnit(feed).seconds;
    return series.at.view().map((at) => (at - began) / unit);
  }
  const steps = stepsPerEpoch(feed);
  if (counts === axis || steps === 0) return x;
  return counts === "step" ? x.map((step) => step / steps) : x.map((epoch) => epoch * steps);
}

const beginning = (feed: RunFeed) => Date.parse(feed.status.started?.time ?? "") || 0;

const UNITS = [
  { name: "h", seconds: 3600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
];

/** The unit of time in which a run is shown, by how long it has gone on. */
export function timeUnit(feed: RunFeed): { name: string; seconds: number } {
  const last = [...feed.series.values()].map(({ at }) => at.view().at(-1) ?? 0);
  const seconds = (Math.max(0, ...last) - beginning(feed)) / 1000;
  return UNITS.find((unit) => seconds >= 2 * unit.seconds) ?? { name: "s", seconds: 1 };
}

/** What an x axis is called. */
export const axisTitle = (feed: RunFeed, axis: XAxis) =>
  axis === "time" ? `Time (${timeUnit(feed).name})` : axis === "step" ? "Step" : "Epoch";

/** Where an epoch lies on an x axis, or null where that is not known. */
export function placeOfEpoch(feed: RunFeed, epoch: number, axis: XAxis): number | null {
  const series = feed.series.get(`validation.${LOSS}`);
  const place = series ? placeAt(series, epoch) : -1;
  if (!series || place < 0) return null;
  return placed(feed, { series, counts: "epoch" }, axis)[place] ?? null;
}

/** How a curve is drawn. */
export interface Look {
  name: string;
  colour: string;
  dash?: "solid" | "dash" | "dot";
  /** How points are joined; straight unless told. */
  shape?: "vh";
  hover?: string;
}

/** What of the view decides which points are drawn. */
export type Frame = Pick<ChartView, "xAxis" | "smoothing" | "zoom">;

/** Up to so many points of a curve are marked one by one. */
const FEW = 60;

/** A curve as traces: the range as a band, with smoothing the raw line faintly behind, and the line. */
export function curveTraces(band: Band, look: Look, { smoothing, zoom }: Frame): Trace[] {
  const smoothed = smoothing > 0 && band.x.length > 2 ? smooth(band.y, smoothing) : null;
  const raw = buckets(cutTo(band, zoom));
  const traces: Trace[] = hasRange(raw) ? [bandTrace(raw, look)] : [];
  if (smoothed) {
    traces.push({ ...lineTrace(raw, look, 1), opacity: 0.35 });
    const name = `${look.name}, smoothed`;
    traces.push(lineTrace(buckets(cutTo({ ...band, y: smoothed }, zoom)), { ...look, name }, 2));
    return traces;
  }
  return [...traces, lineTrace(raw, look, 2)];
}

function cutTo(band: Band, zoom: Frame["zoom"]): Band {
  if (!zoom) return band;
  const [from, to] = visible(band.x, ...zoom);
  const cut = (values: Float64Array) => values.subarray(from, to);
  return { x: cut(band.x), y: cut(band.y), low: cut(band.low), high: cut(band.high) };
}

function lineTrace({ x, y }: Band, { name, colour, dash, shape, hover }: Look, width: number): Trace {
  return {
    type: "scatter",
    mode: x.length <= FEW && width > 1 ? "lines+markers" : "lines",
    name,
    x,
    y,
    line: { color: colour, width, ...(dash ? { dash } : {}), ...(shape ? { shape } : {}) },
    marker: { color: colour, size: 5 },
    hovertemplate: hover ?? `${name} %{y:.4~g}<extra></extra>`,
  };
}

/** Stands for 0 at the lower edge of a range, which a logarithmic axis could not show. */
const TINY = 1e-12;

/** The outline of a range: each value holds from the point before it to its own. */
function bandTrace({ x, low, high }: Band, { name, colour }: Look): Trace {
  const before = (place: number) => x[place - 1] ?? Math.min(0, x[0] ?? 0);
  const along: number[] = [];
  const upper: number[] = [];
  const lower: number[] = [];
  for (let place = 0; place < x.length; place += 1) {
    const bottom = low[place] || TINY;
    along.push(before(place), x[place] ?? 0);
    upper.push(high[place] ?? 0, high[place] ?? 0);
    lower.push(bottom, bottom);
  }
  return {
    type: "scatter",
    mode: "lines",
    name: `${name}, range`,
    x: [...along, ...along.slice().reverse()],
    y: [...upper, ...lower.reverse()],
    line: { color: colour, width: 0 },
    fill: "toself",
    fillcolor: colour,
    opacity: 0.16,
    hoverinfo: "skip",
  };
}

export function bandOf(feed: RunFeed, curve: Pick<Curve, "series" | "counts" | "set">, axis: XAxis): Band {
  const series = curve.counts === "step" && !curve.set ? evened(curve.series) : curve.series;
  const { y, low, high } = series;
  return { x: placed(feed, { ...curve, series }, axis), y: y.view(), low: low.view(), high: high.view() };
}

const TITLES: Record<Part, string> = { train: "Training", validation: "Validation" };

/** The traces of one chart of one run, with the stretches that are known in more detail by the keys of curves. */
export function traces(
  feed: RunFeed,
  name: string,
  colours: Record<Part, string>,
  frame: Frame,
  details: ReadonlyMap<string, Series> = new Map(),
): Trace[] {
  const curves = chartCurves(feed, name).map((curve) => {
    const detail = details.get(curve.key);
    const series = detail ? withDetail(curve.series, detail) : curve.series;
    return { ...curve, series: curve.set ? withChanges(series, feed.log) : series };
  });
  return curves.flatMap((curve) =>
    curveTraces(
      bandOf(feed, curve, frame.xAxis),
      curve.set
        ? { name: "Learning rate", colour: colours[curve.part], shape: "vh" }
        : { name: TITLES[curve.part], colour: colours[curve.part] },
      curve.set ? { ...frame, smoothing: 0 } : frame,
    ),
  );
}

/** What the bands of a chart are the range of, if it has any: the steps a point stands for, or epochs drawn as one. */
export function bandOver(feed: RunFeed, name: string): Curve["counts"] | null {
  const curves = chartCurves(feed, name).filter(({ set }) => !set);
  if (curves.some(({ counts }) => counts === "step")) return "step";
  return curves.some(({ series }) => series.x.length > MOST_POINTS) ? "epoch" : null;
}
