/** What is marked on the charts of a run: where settings were changed, and where it went on from another run. */

import type { Run } from "../api/types";
import type { RunFeed } from "../stores/run";
import { seriesOf } from "../stores/series";
import type { XAxis } from "./chartView";
import { plain } from "./compare/settingWords";
import { placed, stepsPerEpoch } from "./curves";

export type Origin = Run["origin"];

export interface ChangeMark {
  /** In the units of the x axis. */
  x: number;
  text: string;
  /** Whether it is where the run began. */
  began?: boolean;
}

/** In the order in which they happened. Of what was before the run began, the time is not known, and the epoch
 *  only once the run has started. */
export function changeMarks(feed: RunFeed, axis: XAxis, origin: Origin): ChangeMark[] {
  const own = feed.log.flatMap(({ type, step, settings, fell_to, time }) => {
    const text = changeWords(settings ?? (fell_to === undefined ? {} : { learning_rate: fell_to }));
    return type === "log" && typeof step === "number" && text
      ? [{ x: place(feed, axis, step, time), text }]
      : [];
  });
  return origin && known(feed, axis) ? [...inherited(feed, axis, origin), ...own] : own;
}

/** Whether steps from before the run have their place on the axis. */
const known = (feed: RunFeed, axis: XAxis) =>
  axis === "step" || (axis === "epoch" && stepsPerEpoch(feed) > 0);

function inherited(feed: RunFeed, axis: XAxis, origin: NonNullable<Origin>): ChangeMark[] {
  const changes = (origin.changes ?? []).map((change) => ({
    x: place(feed, axis, change.step),
    text: changeWords(change),
  }));
  const began = { x: place(feed, axis, origin.step), text: `from run ${origin.number}`, began: true };
  const { epochs: _, ...settings } = origin.otherwise ?? {}; // how many there are says the axis
  const otherwise = changeWords(settings);
  return [...changes, otherwise ? { ...began, text: `${began.text}: ${otherwise}` } : began];
}

function place(feed: RunFeed, axis: XAxis, step: number, time = ""): number {
  const series = seriesOf({ x: [step], y: [0], low: [0], high: [0], at: [Date.parse(time)] });
  return placed(feed, { series, counts: "step" }, axis)[0] ?? 0;
}

const CHANGES = { learning_rate: "learning rate", epochs: "epochs", patience: "patience" };

/** "learning rate 0.0005, epochs 40" */
export function changeWords(settings: unknown): string {
  const values = (settings ?? {}) as Record<string, unknown>;
  const parts = Object.entries(CHANGES).map(([key, name]) =>
    key in values ? `${name} ${plain(values[key])}` : "",
  );
  return parts.filter(Boolean).join(", ");
}
