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

/** Pixels of the row above the chart, and about how many a letter in it takes. */
export const ROW = 18;
const LETTER = 5.8;
const GAP = 6;

type Side = "left" | "right";
type Taken = [from: number, to: number];

export function marks(all: Mark[], sight: Sight, colour: string): Layout {
  const sides = sidesOf(all, sight);
  return {
    shapes: all.map(({ x, dash }) => ({
      type: "line",
      x0: x,
      x1: x,
      y0: 0,
      y1: 1,
      yref: "paper",
      line: { color: colour, width: 1, dash },
      layer: "between",
    })),
    annotations: all.flatMap((mark, place) =>
      sides[place] === undefined ? [] : [label(mark, sides[place], sight.log, colour)],
    ),
  };
}

/** On which side of its line each label stands, the first ones first; null where it has no room in the row, and
 *  undefined where there is none to be seen. */
function sidesOf(all: Mark[], { from, to, log, width }: Sight): (Side | null | undefined)[] {
  const scale = (x: number) => (log ? Math.log10(Math.max(x, Number.MIN_VALUE)) : x);
  const [start, end] = [scale(from), scale(to)];
  const taken: Taken[] = [];
  return all.map(({ x, text }) => {
    const at = (width * (scale(x) - start)) / (end - start || 1);
    if (!text || !(at >= -1 && at <= width + 1)) return undefined;
    const wide = LETTER * text.length + GAP;
    const places: [Side, Taken][] = [
      ["right", [at, at + wide]],
      ["left", [at - wide, at]],
    ];
    const found = places.find(
      ([, [first, last]]) => first >= 0 && last <= width && isFree(taken, first, last),
    );
    if (found) taken.push(found[1]);
    return found?.[0] ?? null;
  });
}

const isFree = (taken: Taken[], first: number, last: number) =>
  taken.every(([from, to]) => last <= from || first >= to);

/** A label that has no room is a sign at the head of its line, which says all of it while one points at it. */
function label({ x, text }: Mark, side: Side | null, log: boolean, colour: string): Layout {
  const common = { x: log ? Math.log10(x) : x, y: 1, yref: "paper", showarrow: false, borderpad: 0 };
  if (side === null)
    return {
      ...common,
      text: "▾",
      hovertext: text,
      yanchor: "middle",
      xanchor: "center",
      font: { color: colour, size: 14 },
    };
  return {
    ...common,
    text,
    yanchor: "bottom",
    xanchor: side === "right" ? "left" : "right",
    font: { color: colour, size: 11 },
  };
}
