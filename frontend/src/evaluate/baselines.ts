/** What knows nothing of the features, beside the model. */

import type { Baseline, Measures } from "../api/types";
import { type MeasureList, measureTitle } from "../ui/measures";

const TITLES: Record<string, string> = { usual: "Guessing", present: "No change" };

export const baselineTitle = ({ name }: Baseline) => TITLES[name] ?? name;

/** The measures by which the model is no better on the test rows. */
export function beatenBy(baseline: Baseline, test: Measures, measures: MeasureList): string[] {
  const names = Object.keys(baseline.test).filter((name) => {
    const [own, other] = [test[name], baseline.test[name]];
    if (typeof own !== "number" || typeof other !== "number") return false;
    return measures[name]?.better === "higher" ? own <= other : own >= other;
  });
  return names.filter((name) => measures[name]?.better).map((name) => measureTitle(name, measures));
}
