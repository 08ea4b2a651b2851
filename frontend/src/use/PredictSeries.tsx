/** What follows the newest rows of the data set, by a model that looks back on a series. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { ApiError, api } from "../api/client";
import { rowsPath } from "../api/rows";
import type { Dataset, Json, Recipe, RowsPage, Run } from "../api/types";
import { Card } from "../ui/Card";
import { plural } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import table from "../ui/Table.module.css";
import { cell } from "../ui/words";
import { type Prediction, predictRows } from "./predict";
import styles from "./use.module.css";

const ROWS = 1000; // sent at most: the past of the newest rows of every series
const SHOWN = 12;

interface Answer {
  row: { [column: string]: Json };
  prediction: Prediction;
}

interface PredictSeriesProps {
  run: Run;
  recipe: Recipe;
  dataset: Dataset | null;
}

export function PredictSeries({ run, recipe, dataset }: PredictSeriesProps) {
  const [answers, setAnswers] = useState<Answer[] | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const { lookback, horizon } = recipe.series ?? {};
  const ordered = Object.keys(recipe.columns).filter((name) =>
    ["time", "group"].includes(recipe.columns[name]?.role ?? ""),
  );
  const targets = Object.keys(recipe.columns).filter((name) => recipe.columns[name]?.role === "target");

  async function predict() {
    if (!dataset?.rows) return;
    setBusy(true);
    setError(null);
    try {
      const page = await api.get<RowsPage>(rowsPath(dataset.id, Math.max(0, dataset.rows - ROWS), ROWS));
      const rows = page.rows.map((row) =>
        Object.fromEntries(page.columns.map((name, place) => [name, row[place] ?? null])),
      );
      const found = await predictRows(run.id, rows);
      setAnswers(newest(rows, found).slice(0, SHOWN));
    } catch (failure) {
      setAnswers(null);
      if (failure instanceof ApiError) setError(failure);
    }
    setBusy(false);
  }

  return (
    <>
      <Card title="Predict what follows" className={styles.form}>
        <p>
          This model looks back on {plural(Number(lookback), "row")} of a series and answers for{" "}
          {plural(Number(horizon), "row")} further on. Send rows with their past over the API, or give a file
          of them to the downloaded <code>predict.py</code>; rows with too little past get no answer.
        </p>
        <div className={styles.submit}>
          <Button onClick={predict} loading={busy} disabled={dataset?.state !== "ready"}>
            Predict from the last rows of the data
          </Button>
        </div>
      </Card>
      <Card title="Prediction">
        {!answers && !error && <p className={styles.hint}>The answers after the newest rows appear here.</p>}
        {error && (
          <ProblemCard
            title="No prediction was made"
            message={error.message}
            hint={error.hint}
            code={error.code}
          />
        )}
        {answers && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  {ordered.map((name) => (
                    <th key={name} scope="col">
                      After {name}
                    </th>
                  ))}
                  {targets.map((name) => (
                    <th key={name} scope="col" className={table.number}>
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {answers.map(({ row, prediction }) => (
                  <tr key={ordered.map((name) => String(row[name])).join()}>
                    {ordered.map((name) => (
                      <td key={name}>{cell(row[name] ?? null)}</td>
                    ))}
                    {targets.map((name) => (
                      <td key={name} className={table.number}>
                        {cell(prediction[name] ?? null)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
    </>
  );
}

/** The rows that got an answer, the last of the file first. */
function newest(rows: Answer["row"][], found: (Prediction | null)[]): Answer[] {
  return rows
    .flatMap((row, place) => {
      const prediction = found[place];
      return prediction ? [{ row, prediction }] : [];
    })
    .reverse();
}
