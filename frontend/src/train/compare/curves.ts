/** One metric of several runs: one colour for each run, solid for validation and dashed for training. */

import type { Trace } from "plotly.js-cartesian-dist-min";
import type { Measures } from "../../api/types";
import type { RunFeed } from "../../stores/run";
import { placeAt } from "../../stores/series";
import type { Band } from "../bands";
import type { XAxis } from "../chartView";
import { bandOf, chartCurves, chartNames, curveTraces, type Frame, type Part, timeUnit } from "../curves";

/** A run among those compared. */
export interface Compared {
  feed: RunFeed;
  name: string;
  colour: string;
}

/** The charts of several runs: every metric that one of them has. */
export const namesOfAll = (feeds: RunFeed[]) => [...new Set(feeds.flatMap(chartNames))];

/** One unit of time for all: the largest that one of them needs. */
export const commonUnit = (feeds: RunFeed[]) =>
  feeds.map(timeUnit).reduce((most, unit) => (unit.seconds > most.seconds ? unit : most), {
    name: "s",
    seconds: 1,
  });

/** One curve of one run, with the range of what each point stands for. */
export interface Line extends Band {
  run: number;
  part: Part;
}

/** The lines of one chart, on one x axis for all runs. */
export function lines(feeds: RunFeed[], name: string, axis: XAxis): Line[] {
  const unit = commonUnit(feeds).seconds;
  return feeds.flatMap((feed) => {
    const scale = axis === "time" ? timeUnit(feed).seconds / unit : 1;
    return chartCurves(feed, name).map((curve) => {
      const band = bandOf(feed, curve, axis);
      const x = scale === 1 ? band.x : band.x.map((value) => value * scale);
      return { run: feed.run, part: curve.part, ...band, x };
    });
  });
}

export function traces(runs: Compared[], name: string, frame: Frame): Trace[] {
  const looks = new Map(runs.map((run) => [run.feed.run, run]));
  const feeds = runs.map((run) => run.feed);
  const all = lines(feeds, name, frame.xAxis);
  return all.flatMap((line) => {
    const look = looks.get(line.run);
    if (!look) return [];
    const dash = line.part === "train" ? "dash" : "solid";
    const drawn = curveTraces(line, { name: look.name, colour: look.colour, dash }, frame);
    return drawn.map((trace) => ({
      ...trace,
      ...(line.x.length > 1 ? { mode: "lines" as const } : {}), // the points of several runs would lie on each other
      hoverinfo: "none" as const,
      hovertemplate: undefined,
    }));
  });
}

/** The value nearest to a place on the x axis; null beyond the end of the line. */
export function valueAt({ x, y }: Pick<Line, "x" | "y">, at: number): number | null {
  const last = x.length - 1;
  if (last < 0) return null;
  const step = last > 0 ? ((x[last] ?? 0) - (x[0] ?? 0)) / last : 1;
  if (at > (x[last] ?? 0) + step / 2 || at < (x[0] ?? 0) - step) return null;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const nearer = at - (x[low] ?? 0) <= (x[high] ?? 0) - at ? low : high;
  return y[nearer] ?? null;
}

/** A metric on the validation rows at the best epoch of a run; null where that is not known to the point. Where the
 *  curves are summed up the event of the best epoch came with them. */
export function atBest({ status, series, log }: RunFeed, name: string): number | null {
  const { terminal, epoch } = status;
  if (terminal?.validation) return (terminal.validation as Measures)[name] ?? null;
  const best = log.findLast((event) => event.type === "epoch" && event.epoch === epoch?.best_epoch);
  if (best?.validation) return (best.validation as Measures)[name] ?? null;
  const curve = series.get(`validation.${name}`);
  const place = curve ? placeAt(curve, Number(epoch?.best_epoch)) : -1;
  return curve?.x.view()[place] === epoch?.best_epoch ? (curve?.y.view()[place] ?? null) : null;
}

/** The best of several values; null where there are fewer than two, as one alone is no ranking. */
export function winner(values: (number | null)[], better: "higher" | "lower"): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  return better === "higher" ? Math.max(...known) : Math.min(...known);
}
