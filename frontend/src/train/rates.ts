/** The learning rate as it was told now and then, with the steps at which it was set anew. */

import type { RunEvent } from "../api/types";
import { Series } from "../stores/series";

/** At each step after which another rate held, the one before is told once more: between two points it would seem
 *  to have changed at the first. */
export function withChanges(series: Series, log: readonly RunEvent[]): Series {
  const [x, y, at] = [series.x.view(), series.y.view(), series.at.view()];
  const changes = log.filter(isChange).sort((one, other) => one.step - other.step);
  if (changes.length === 0) return series;
  const made = new Series();
  let next = 0;
  for (let place = 0; place < x.length; place += 1) {
    const [step, before] = [x[place] ?? 0, y[place - 1]];
    for (let change = changes[next]; change && change.step <= step; change = changes[++next])
      if (change.step < step && before !== undefined && change.step > (x[place - 1] ?? 0))
        made.push(change.step, before, { at: Date.parse(change.time) });
    made.push(step, y[place] ?? Number.NaN, { at: at[place] });
  }
  return made;
}

type Change = RunEvent & { step: number };

function isChange(event: RunEvent): event is Change {
  const settings = event.settings as { learning_rate?: number } | undefined;
  const set = event.fell_to !== undefined || settings?.learning_rate !== undefined;
  return event.type === "log" && typeof event.step === "number" && set;
}
