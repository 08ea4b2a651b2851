/** Every measure on the test and the validation rows. */

import type { RunMetrics } from "../api/types";
import { type MeasureList, measureTitle, measureValue } from "../ui/measures";
import table from "../ui/Table.module.css";
import styles from "./evaluate.module.css";

interface MeasureTableProps {
  metrics: RunMetrics;
  measures: MeasureList;
}

export function MeasureTable({ metrics, measures }: MeasureTableProps) {
  const { test = {}, validation = {} } = metrics;
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
              {explained && <th scope="col">What it says</th>}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{measureTitle(name, measures)}</th>
                <td className={`${table.number} ${styles.figure}`}>
                  {measureValue(name, test[name], measures)}
                </td>
                <td className={table.number}>{measureValue(name, validation[name], measures)}</td>
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
      <p className={styles.facts}>
        Test rows took no part in training: they say how the model does on rows it has never seen. Validation
        rows chose the best epoch, so their figures are a little too kind.
      </p>
    </>
  );
}

const better = (side: "higher" | "lower" | undefined) =>
  side ? `${side === "higher" ? "Higher" : "Lower"} is better.` : "";
