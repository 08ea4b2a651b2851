/** The axes of a chart, and the marks on it. */

import type { Layout, Trace } from "plotly.js-cartesian-dist-min";
import { NUMBERS } from "../ui/figures";
import type { ChartView } from "./chartView";
import { type Mark, marks, ROW, type Sight } from "./marks";

export interface Colours {
  train: string;
  validation: string;
  ink: string;
  mute: string;
  line: string;
  panel: string;
}

/** The colours of the page where an element stands. */
export function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    train: token("train"),
    validation: token("validation"),
    ink: token("ink"),
    mute: token("mute"),
    line: token("line"),
    panel: token("panel"),
  };
}

export interface LayoutOptions {
  /** What has to change for the chart to forget what was done to it. */
  revision: string;
  xTitle: string;
  colours: Colours;
  /** The zoom is in the units of the x axis. */
  view: Pick<ChartView, "xAxis" | "logX" | "logY" | "zoom">;
  /** What is marked, the most important first. */
  marked?: Mark[];
  /** Whether there is room above the chart for what the marks are. */
  labelled?: boolean;
  /** Pixels between the two ends of the x axis. */
  width?: number;
}

/** Where a logarithmic x axis begins at the earliest. */
const LEAST = 1e-6;

/** An axis on which nothing lies yet: no numbers that would stand for nothing. */
const BLANK = { type: "linear", range: [0, 1], showticklabels: false };

export function layout(options: LayoutOptions, traces: Trace[]): Layout {
  const { revision, colours, marked = [], labelled = false } = options;
  return {
    autosize: true,
    margin: { l: 12, r: 8, t: labelled ? ROW : 8, b: 8 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { color: colours.ink, size: 12 },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: colours.panel, bordercolor: colours.line, font: { color: colours.ink } },
    dragmode: "zoom",
    uirevision: revision,
    xaxis: horizontal(options, traces),
    yaxis: vertical(options, traces),
    ...marks(marked, sightOf(options, traces), colours),
  };
}

const common = ({ revision, colours, view }: LayoutOptions) => ({
  gridcolor: colours.line,
  linecolor: colours.line,
  zerolinecolor: colours.line,
  automargin: true,
  tickfont: { color: colours.mute, size: 11 },
  ...NUMBERS,
  uirevision: `${revision} ${JSON.stringify(view)}`,
});

const scaled = (values: readonly [number, number], log: boolean) => ({
  range: log ? values.map(Math.log10) : values,
});

function horizontal(options: LayoutOptions, traces: Trace[]): Layout {
  const { xTitle, colours, view } = options;
  const { logX, zoom } = view;
  const stretch = zoom && logX ? ([Math.max(zoom[0], LEAST), zoom[1]] as const) : zoom;
  const empty = !stretch && traces.every(({ x }) => x.length === 0);
  return {
    ...common(options),
    title: { text: xTitle, font: { color: colours.mute, size: 12 }, standoff: 8 },
    type: logX ? "log" : "linear",
    ...(logX ? { tickformat: ",.6~r", nticks: 6 } : { rangemode: "tozero" }),
    ...(stretch ? scaled(stretch, logX) : {}),
    ...(empty ? BLANK : {}),
    hoverformat: ".2~f",
    unifiedhovertitle: { text: `${xTitle} %{x}` },
    spikecolor: colours.mute,
    spikethickness: -1,
  };
}

function vertical(options: LayoutOptions, traces: Trace[]): Layout {
  const { logY, zoom } = options.view;
  const reached = extent(traces, zoom, logY);
  return {
    ...common(options),
    type: logY ? "log" : "linear",
    tickformat: logY ? ",~g" : undefined,
    // of more than one power of ten 1, 2 and 5 are marked or the powers alone, never every digit
    nticks: logY && reached && reached[1] > 10 * reached[0] ? 3 : 6,
    fixedrange: true,
    ...(reached ? scaled(reached, logY) : BLANK),
  };
}

const MARGIN = 0.06;

type Points = Pick<Trace, "x" | "y" | "fill">;

/**
 * From where to where a chart goes within a stretch of x, with a little room; null where there is nothing. Bands may
 * make it three times as high as its lines, but no higher: a single wild batch would press all lines flat.
 */
export function extent(
  traces: Points[],
  zoom: [number, number] | null,
  log: boolean,
): [number, number] | null {
  const lines = reach(
    traces.filter(({ fill }) => !fill),
    zoom,
    log,
  );
  if (!lines) return null;
  const bands = reach(
    traces.filter(({ fill }) => fill),
    zoom,
    log,
  );
  const most = lines[1] - lines[0];
  const low = Math.max(Math.min(lines[0], bands?.[0] ?? lines[0]), lines[0] - most);
  const high = Math.min(Math.max(lines[1], bands?.[1] ?? lines[1]), lines[1] + most);
  if (log) {
    const room = Math.max(MARGIN * (high - low), 0.01);
    return [10 ** (low - room), 10 ** (high + room)];
  }
  const room = MARGIN * (high - low) || Math.abs(high) * MARGIN || 1;
  return [low >= 0 ? Math.max(low - room, -room / 4) : low - room, high + room];
}

/** The lowest and the highest y within a stretch of x, also where a line only passes through it; with `log` their
 *  logarithms, of what is above 0. */
function reach(traces: Points[], zoom: [number, number] | null, log: boolean): [number, number] | null {
  const [from, to] = zoom ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const hear = (value: number) => {
    if (!Number.isFinite(value) || (log && value <= 0)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { x, y } of traces)
    for (let place = 0; place < x.length; place += 1) {
      const [at, value] = [x[place] ?? 0, y[place] ?? Number.NaN];
      if (at >= from && at <= to) hear(value);
      if (place === 0) continue;
      const [before, rose] = [x[place - 1] ?? 0, value - (y[place - 1] ?? Number.NaN)];
      for (const edge of [from, to])
        if ((before - edge) * (at - edge) < 0) hear(value + (rose * (edge - at)) / (at - before));
    }
  if (low > high) return null;
  return log ? [Math.log10(low), Math.log10(high)] : [low, high];
}

/** From where to where the x axis goes. */
function sightOf({ view, width = 0 }: LayoutOptions, traces: Trace[]): Sight {
  const { zoom, logX: log } = view;
  const lines = traces.filter(({ fill }) => !fill);
  const first = Math.min(...lines.map(({ x }) => x[0] ?? Number.POSITIVE_INFINITY));
  const last = Math.max(0, ...lines.map(({ x }) => x[x.length - 1] ?? 0));
  const from = Math.max(zoom?.[0] ?? (log ? first : 0), log ? LEAST : Number.NEGATIVE_INFINITY);
  return { from, to: zoom?.[1] ?? last, log, width };
}
