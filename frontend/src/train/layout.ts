/** The axes of a chart, and the marks of the best epoch and of changed settings. */

import type { Layout, Trace } from "plotly.js-cartesian-dist-min";
import { NUMBERS } from "../ui/figures";
import type { ChangeMark } from "./changeMarks";
import type { ChartView } from "./chartView";

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
  /** Where the best epoch lies, what it is called, and how far the axis goes. */
  best: { x: number; text: string; last: number } | null;
  /** Where settings were changed, and where the run went on from another. */
  changes?: ChangeMark[];
}

/** An axis on which nothing lies yet: no numbers that would stand for nothing. */
const BLANK = { type: "linear", range: [0, 1], showticklabels: false };

export function layout(options: LayoutOptions, traces: Trace[]): Layout {
  const { revision, colours, view, best, changes = [] } = options;
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
    uirevision: revision,
    xaxis: horizontal(options, traces),
    yaxis: vertical(options, traces),
    ...marks({ best, changes }, lastX(traces), view.logX, colours),
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
  const stretch = zoom && logX ? ([Math.max(zoom[0], 1e-6), zoom[1]] as const) : zoom;
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

/** The lowest and the highest y within a stretch of x; with `log` their logarithms, of what is above 0. */
function reach(traces: Points[], zoom: [number, number] | null, log: boolean): [number, number] | null {
  const [from, to] = zoom ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { x, y } of traces)
    for (let place = 0; place < x.length; place += 1) {
      const at = x[place] ?? 0;
      const value = y[place] ?? Number.NaN;
      if (at < from || at > to || !Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) return null;
  return log ? [Math.log10(low), Math.log10(high)] : [low, high];
}

const lastX = (traces: Points[]) => Math.max(0, ...traces.map(({ x }) => x[x.length - 1] ?? 0));

/** A line at the best epoch and at every change, with labels on the side where there is room. */
export function marks(
  { best, changes }: Required<Pick<LayoutOptions, "best" | "changes">>,
  last: number,
  log: boolean,
  colours: Colours,
): Layout {
  const dotted = best ? [markAt({ ...best, dash: "dot", row: 0 }, log, colours)] : [];
  const rows = rowsFor(changes, last, log);
  const dashed = changes.map(({ began, text, x }, place) => {
    const row = rows[place] ?? null;
    const dash = began ? "solid" : "dash";
    return row === null
      ? crowded({ x, text, last, dash }, log, colours)
      : markAt({ x, last, dash, row, text }, log, colours);
  });
  const all = [...dotted, ...dashed];
  return { shapes: all.map(({ shape }) => shape), annotations: all.flatMap(({ label }) => label) };
}

/** Rows of labels below that of the best epoch, how high one is and how wide a letter, as shares of the chart. */
const ROWS = 3;
const ROW = 0.13;
const LETTER = 0.012;

/** For each change the first row in which its label covers no other; null where none has room. */
function rowsFor(changes: ChangeMark[], last: number, log: boolean): (number | null)[] {
  const taken: [number, number][][] = Array.from({ length: ROWS }, () => []);
  return changes.map(({ x, text }) => {
    const at = log ? Math.log10(Math.max(x, 1)) / Math.log10(Math.max(last, 10)) : x / (last || 1);
    const wide = LETTER * text.length;
    const [from, to] = x > last / 2 ? [at - wide, at] : [at, at + wide];
    const row = taken.findIndex((labels) => labels.every(([start, end]) => to <= start || from >= end));
    taken[row]?.push([from, to]);
    return row < 0 ? null : 1 + row;
  });
}

/** Lets the curve behind a label be seen: a colour of the page, as "#fff" or "#1b1f26", made translucent. */
export function veil(colour: string): string {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!digits) return colour;
  const parts = digits.length === 3 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? []);
  return `rgba(${parts.map((part) => Number.parseInt(part, 16)).join(",")},0.72)`;
}

interface Mark {
  x: number;
  text: string;
  last: number;
  dash: string;
  /** In which row from the top its label stands, so that neighbours do not cover each other. */
  row: number;
}

function markAt({ x, text, last, dash, row }: Mark, log: boolean, colours: Colours) {
  const line = { color: colours.mute, width: 1, dash };
  const label = {
    x: log ? Math.log10(x) : x,
    y: 1 - row * ROW,
    yref: "paper",
    yanchor: "top",
    xanchor: x > last / 2 ? "right" : "left",
    text,
    showarrow: false,
    bgcolor: veil(colours.panel),
    font: { color: colours.mute, size: 11 },
  };
  const shape = { type: "line", x0: x, x1: x, y0: 0, y1: 1, yref: "paper", line, layer: "between" };
  return { shape, label: text ? [label] : [] };
}

/** A mark whose label has no room: a sign at its head, which says all of it while one points at it. */
function crowded(mark: Omit<Mark, "row">, log: boolean, colours: Colours) {
  const { shape, label } = markAt({ ...mark, row: 0 }, log, colours);
  const sign = { xanchor: "center", text: "▾", bgcolor: "transparent", hovertext: mark.text };
  return { shape, label: label.map((one) => ({ ...one, ...sign })) };
}
