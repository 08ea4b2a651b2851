/** How strongly the columns go together, worked out when it is asked for. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useRelations } from "../api/rows";
import type { Dataset, Recipe } from "../api/types";
import { Card } from "../ui/Card";
import { Figure } from "../ui/Figure";
import { asFigure } from "../ui/figures";
import { count } from "../ui/format";
import { Waiting } from "../ui/Waiting";
import styles from "./data.module.css";
import looking from "./looking.module.css";

const MOST = 100;

export function RelationsCard({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [wanted, setWanted] = useState(false);
  const used = dataset.columns
    .map((column) => column.name)
    .filter((name) => recipe.columns[name]?.role !== "ignore");
  const target = used.find((name) => recipe.columns[name]?.role === "target") ?? null;
  const { data, error } = useRelations(dataset.id, used.slice(0, MOST), target, wanted);
  const matrix = asFigure(data?.matrix);
  const strengths = asFigure(data?.target);
  return (
    <Card
      title="Relations"
      aside={
        !wanted && (
          <Button size="xs" variant="default" onClick={() => setWanted(true)}>
            Show how columns go together
          </Button>
        )
      }
    >
      {!wanted && (
        <p className={styles.advice}>Which columns say something about the target, and which say the same.</p>
      )}
      {wanted && error && <p className={styles.advice}>{error.message}</p>}
      {wanted && !data && !error && <Waiting label="Comparing the columns" />}
      {data && matrix && (
        <>
          <p className={styles.advice}>
            From 0 (nothing) to 1 (the same); below 0, one falls as the other rises. Looked at{" "}
            {count(data.rows)} rows.
            {used.length > MOST && ` The first ${MOST} of ${used.length} columns are shown.`}
          </p>
          <div className={looking.relations}>
            {strengths && (
              <section>
                <h3>With {target}</h3>
                <Figure figure={strengths} label={`Association of each column with ${target}`} height={360} />
              </section>
            )}
            <section>
              <h3>With each other</h3>
              <Figure figure={matrix} label="Association of all columns with each other" height={360} />
            </section>
          </div>
        </>
      )}
    </Card>
  );
}
