/** The preparation step by step, each with what it does to rows and columns. */

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useAccount } from "../api/account";
import type { Recipe } from "../api/types";
import { Card } from "../ui/Card";
import { count } from "../ui/format";
import table from "../ui/Table.module.css";
import styles from "./data.module.css";

const SHOWN = 12;

export function AccountCard({ dataset, recipe }: { dataset: number; recipe: Recipe }) {
  const [all, setAll] = useState(false);
  const [settled] = useDebouncedValue(recipe, 400);
  const { data, isFetching } = useAccount(dataset, settled);
  const steps = data?.steps ?? [];
  const rows = steps.some((step) => step.rows);
  return (
    <Card title="Step by step" aside={isFetching && <span className={styles.mute}>Working it out …</span>}>
      {data?.problem ? (
        <p className={styles.refused}>
          {data.problem.message} {data.problem.hint}
        </p>
      ) : (
        <>
          <div className={table.scroll}>
            <table className={`${table.table} ${styles.steps}`} aria-label="Steps of the preparation">
              <thead>
                <tr>
                  <th scope="col">Step</th>
                  {rows && (
                    <th scope="col" className={table.number}>
                      Rows
                    </th>
                  )}
                  <th scope="col" className={table.number}>
                    Columns
                  </th>
                </tr>
              </thead>
              <tbody>
                {steps.slice(0, all ? steps.length : SHOWN).map((step) => (
                  <tr key={step.text}>
                    <td>{step.text}</td>
                    {rows && <td className={table.number}>{change(step.rows)}</td>}
                    <td className={table.number}>{change(step.columns)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {steps.length > SHOWN && (
            <Button size="compact-xs" variant="subtle" mt={6} onClick={() => setAll(!all)}>
              {all ? "Show fewer" : `Show all ${count(steps.length)} steps`}
            </Button>
          )}
          <p className={styles.advice}>
            Fill values, scales, categories and bins are found in the training rows alone. The download
            applies the same steps to raw rows.
          </p>
        </>
      )}
    </Card>
  );
}

const change = (counts: number[] | null) => (counts ? counts.map((one) => count(one)).join(" → ") : "");
