/** Every measure on the test and the validation rows. */

import type { RunMetrics } from "../api/types";
import { type MeasureList, measureTitle, measureValue } from "../ui/measures";
import table from "../ui/Table.module.css";
import { baselineTitle, beatenBy } from "./baselines";
import styles from "./evaluate.module.css";

interface MeasureTableProps {
  metrics: RunMetrics;
  measures: MeasureList;
}

export function MeasureTable({ metrics, measures }: MeasureTableProps) {
  const { test = {}, validation = {}, baselines = [] } = metrics;
  const names = [...new Set([...Object.keys(test), ...Object.keys(validation)])];
  const explained = names.some((name) => measures[name]?.description);
  return (
    <>
      <div className={table.scroll}>
        <table className={`${table.table} ${styles.measures}`} aria-label="Measures">
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col" className={table.number}>
                Test
              </th>
              <th scope="col" className={table.number}>
                Validation
              </th>
              {baselines.map((baseline) => (
                <th key={baseline.name} scope="col" className={table.number} title={baseline.description}>
                  {baselineTitle(baseline)}
                </th>
              ))}
              {explained && <th scope="col">What it says</th>}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">
                  {measureTitle(name, measures)} {measures[name]?.scope}
                </th>
                <td className={`${table.number} ${styles.figure}`}>
                  {measureValue(name, test[name], measures)}
                </td>
                <td className={table.number}>{measureValue(name, validation[name], measures)}</td>
                {baselines.map((baseline) => (
                  <td key={baseline.name} className={table.number}>
                    {measureValue(name, baseline.test[name], measures)}
                  </td>
                ))}
                {explained && (
                  <td className={styles.explanation}>
                    {[measures[name]?.description, better(measures[name]?.better)].filter(Boolean).join(" ")}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {baselines.map((baseline) => (
        <p key={baseline.name} className={styles.facts}>
          <strong>{baselineTitle(baseline)}</strong> needs no network, on the test rows:{" "}
          {baseline.description}
          <Verdict names={beatenBy(baseline, test, measures)} />
        </p>
      ))}
      <p className={styles.facts}>
        Test rows took no part in training: they say how the model does on rows it has never seen. Validation
        rows chose the best epoch, so their figures are a little too kind.
      </p>
    </>
  );
}

/** Where the model is no better than what needs no network. */
function Verdict({ names }: { names: string[] }) {
  return names.length === 0 ? null : (
    <strong className={styles.verdict}> The model is no better by {names.join(", ")}.</strong>
  );
}

const better = (side: "higher" | "lower" | undefined) =>
  side ? `${side === "higher" ? "Higher" : "Lower"} is better.` : "";
