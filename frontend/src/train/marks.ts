/** Marks on a chart: a line through it, and in a row above it what the line is, so that nothing covers a curve. */

import type { Layout } from "plotly.js-cartesian-dist-min";

export interface Mark {
  /** In the units of the x axis. */
  x: number;
  /** Nothing is written where it is empty. */
  text: string;
  dash: "solid" | "dash" | "dot";
}

/** What of the x axis is seen, and on how many pixels. */
export interface Sight {
  from: number;
  to: number;
  log: boolean;
  width: number;
}

/** Pixels of the row above the chart, about how many a letter in it takes, and a sign. */
export const ROW = 20;
const LETTER = 5.8;
const GAP = 6;
const SIGN = 16;

/** With more marks than these, those without a label are only hinted at, as their lines would hide the curves. */
const FEW = 8;

export type MarkColours = Record<"ink" | "mute" | "line" | "panel", string>;

export function marks(all: Mark[], sight: Sight, colours: MarkColours): Layout {
  const seen = placed(all, sight);
  const short = seen.length > FEW;
  return {
    shapes: seen.map(({ x, dash, side }) => ({
      type: "line",
      x0: x,
      x1: x,
      y0: short && side === null && dash !== "dot" ? 0.95 : 0,
      y1: 1,
      yref: "paper",
      line: { color: colours.mute, width: 1, dash },
      layer: "between",
    })),
    annotations: [
      ...seen.flatMap((mark) => (mark.side === null ? [] : [label(mark, mark.side, sight.log, colours)])),
      ...signs(seen).map((some) => sign(some, sight.log, colours)),
    ],
  };
}

type Side = "left" | "right";

interface Placed extends Mark {
  /** In pixels from where the axis begins. */
  at: number;
  /** On which side of its line its label stands; null where there is none, or no room in the row. */
  side: Side | null;
}

/** The marks in sight, each with its label where the ones before it left room. */
function placed(all: Mark[], { from, to, log, width }: Sight): Placed[] {
  const scale = (x: number) => (log ? Math.log10(Math.max(x, Number.MIN_VALUE)) : x);
  const [start, end] = [scale(from), scale(to)];
  const taken: [number, number][] = [];
  return all.flatMap((mark) => {
    const at = (width * (scale(mark.x) - start)) / (end - start || 1);
    if (!(at >= -1 && at <= width + 1)) return [];
    const wide = LETTER * mark.text.length + GAP;
    const able: [Side, number][] = mark.text
      ? [
          ["right", at],
          ["left", at - wide],
        ]
      : [];
    const free = (first: number) =>
      first >= 0 &&
      first + wide <= width &&
      taken.every(([one, other]) => first + wide <= one || first >= other);
    const found = able.find(([, first]) => free(first));
    if (found) taken.push([found[1], found[1] + wide]);
    return [{ ...mark, at, side: found?.[0] ?? null }];
  });
}

/** The marks that have a text and no room for it, in the order of the axis: neighbours share a sign. */
function signs(seen: Placed[]): Placed[][] {
  const groups: Placed[][] = [];
  for (const mark of seen.filter(({ side, text }) => side === null && text).sort((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last?.[0] && mark.at - last[0].at < SIGN) last.push(mark);
    else groups.push([mark]);
  }
  return groups;
}

const common = (x: number, log: boolean) => ({
  x: log ? Math.log10(x) : x,
  y: 1,
  yref: "paper",
  showarrow: false,
  borderpad: 0,
});

const label = ({ x, text }: Mark, side: Side, log: boolean, colours: MarkColours): Layout => ({
  ...common(x, log),
  text,
  yanchor: "bottom",
  yshift: 2,
  xanchor: side === "right" ? "left" : "right",
  font: { color: colours.mute, size: 11 },
});

/** At the head of the lines it stands for; says all of them while one points at it. */
const sign = (some: Placed[], log: boolean, colours: MarkColours): Layout => ({
  ...common((some[0]?.x ?? 0) / 2 + (some.at(-1)?.x ?? 0) / 2, log),
  text: "▾",
  hovertext: some.map(({ text }) => text).join("<br>"),
  hoverlabel: { bgcolor: colours.panel, bordercolor: colours.line, font: { color: colours.ink } },
  yanchor: "middle",
  xanchor: "center",
  font: { color: colours.mute, size: 14 },
});
