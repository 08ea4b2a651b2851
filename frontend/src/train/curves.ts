/** What the charts of a run show: which curves, on which axes. */

import type { Layout, Trace } from "plotly.js-cartesian-dist-min";
import type { RunFeed, Series } from "../stores/run";
import { decimate } from "./decimate";

const LOSS = "loss";

/** The charts of a run: the loss, then every metric its epochs carry. */
export function chartNames(feed: RunFeed): string[] {
  const names = new Set<string>([LOSS]);
  for (const key of feed.series.keys()) {
    const [part, name] = split(key);
    if (part === "train" || part === "validation") names.add(name);
  }
  return [...names];
}

function split(key: string): [string, string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}

/** Points of one chart, before any is left out for drawing. */
export function pointCount(feed: RunFeed, name: string): number {
  return chartSeries(feed, name).reduce((sum, { series }) => sum + series.x.length, 0);
}

interface Curve {
  part: "train" | "validation";
  series: Series;
  /** Divides x, so that steps become epochs. */
  perEpoch: number;
}

/**
 * Curves of one chart. Metrics exist by epoch only; the training loss also by step, which is drawn while that says
 * more than its mean over each epoch.
 */
function chartSeries(feed: RunFeed, name: string): Curve[] {
  const curves: Curve[] = [];
  const steps = Number(feed.status.started?.steps_per_epoch ?? 0);
  const byEpoch = feed.series.get(`train.${name}`);
  const byStep = name === LOSS && steps > 0 ? feed.series.get(`progress.${LOSS}`) : undefined;
  if (byStep && byStep.x.length > (byEpoch?.x.length ?? 0))
    curves.push({ part: "train", series: byStep, perEpoch: steps });
  else if (byEpoch) curves.push({ part: "train", series: byEpoch, perEpoch: 1 });
  const validation = feed.series.get(`validation.${name}`);
  if (validation) curves.push({ part: "validation", series: validation, perEpoch: 1 });
  return curves;
}

export interface Colours {
  train: string;
  validation: string;
  ink: string;
  mute: string;
  line: string;
  panel: string;
}

const TITLES = { train: "Training", validation: "Validation" };

export function traces(feed: RunFeed, name: string, colours: Colours): Trace[] {
  return chartSeries(feed, name).map(({ part, series, perEpoch }) => {
    const { x, y } = decimate(series.x.view(), series.y.view());
    const few = series.x.length <= 60;
    return {
      type: "scatter",
      mode: few ? "lines+markers" : "lines",
      name: TITLES[part],
      x: perEpoch === 1 ? x : x.map((step) => step / perEpoch),
      y,
      line: { color: colours[part], width: 2 },
      marker: { color: colours[part], size: 5 },
      hovertemplate: "%{y:.4~g}",
    };
  });
}

interface LayoutOptions {
  feed: RunFeed;
  title: string;
  colours: Colours;
  log: boolean;
  best: number | null;
  /** Whether the mark of the best epoch says what it is. */
  labelled: boolean;
}

export function layout({ feed, title, colours, log, best, labelled }: LayoutOptions): Layout {
  const axis = {
    gridcolor: colours.line,
    linecolor: colours.line,
    zerolinecolor: colours.line,
    automargin: true,
    tickfont: { color: colours.mute, size: 11 },
  };
  const label = (text: string) => ({ text, font: { color: colours.mute, size: 12 }, standoff: 8 });
  return {
    autosize: true,
    margin: { l: 12, r: 8, t: 8, b: 8 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { color: colours.ink, size: 12 },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: colours.panel, bordercolor: colours.line, font: { color: colours.ink } },
    dragmode: "zoom",
    uirevision: `${feed.run}`,
    xaxis: {
      ...axis,
      title: label("Epoch"),
      rangemode: "tozero",
      hoverformat: ".2~f",
      unifiedhovertitle: { text: "Epoch %{x}" },
      spikecolor: colours.mute,
      spikethickness: -1,
      uirevision: `${feed.run}`,
    },
    yaxis: {
      ...axis,
      title: label(title),
      type: log ? "log" : "linear",
      tickformat: log ? "~g" : undefined,
      nticks: 6,
      uirevision: `${feed.run}-${log}`,
    },
    ...bestMark(best, labelled && lastEpoch(feed), colours),
  };
}

/** The newest epoch of the run, or 0. */
function lastEpoch(feed: RunFeed): number {
  const epochs = feed.series.get(`validation.${LOSS}`)?.x.view();
  return epochs?.at(-1) ?? 0;
}

/** A line at the best epoch; with a number of epochs also a label, on the side where there is room. */
function bestMark(best: number | null, epochs: number | false, colours: Colours): Layout {
  if (best === null) return { shapes: [], annotations: [] };
  const line = { color: colours.mute, width: 1, dash: "dot" };
  return {
    shapes: [{ type: "line", x0: best, x1: best, y0: 0, y1: 1, yref: "paper", line, layer: "between" }],
    annotations: [
      epochs !== false && {
        x: best,
        y: 1,
        yref: "paper",
        yanchor: "top",
        xanchor: best > epochs / 2 ? "right" : "left",
        text: `best, epoch ${best}`,
        showarrow: false,
        bgcolor: colours.panel,
        font: { color: colours.mute, size: 11 },
      },
    ].filter(Boolean),
  };
}
