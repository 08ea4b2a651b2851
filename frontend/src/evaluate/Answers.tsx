/** What the model answered for the test rows: figures made with it, and how each class fares. */

import { useState } from "react";
import { useEvaluation } from "../api/runs";
import type { Evaluation } from "../api/types";
import { Card } from "../ui/Card";
import { Figure } from "../ui/Figure";
import { asFigure } from "../ui/figures";
import { count, percent } from "../ui/format";
import { Pager } from "../ui/Pager";
import { ProblemCard } from "../ui/Problem";
import table from "../ui/Table.module.css";
import { Waiting } from "../ui/Waiting";
import styles from "./evaluate.module.css";
import { heightOf } from "./heights";

type Target = Evaluation["targets"][number];

export function Answers({ run }: { run: number }) {
  const { data, error } = useEvaluation(run);
  if (error) return <ProblemCard title="The figures cannot be shown" message={error.message} />;
  if (!data) return <Waiting label="Reading the figures" />;
  const several = data.targets.length > 1;
  return data.targets.map((target) => <OfTarget key={target.target} target={target} named={several} />);
}

function OfTarget({ target, named }: { target: Target; named: boolean }) {
  const of = named ? ` of ${target.target}` : "";
  return (
    <>
      {target.figures.map(({ title, text, figure }) => {
        const drawn = asFigure(figure);
        return (
          drawn && (
            <Card key={title} title={`${title}${title.includes(target.target) ? "" : of}`}>
              <p className={styles.text}>{text}</p>
              <Figure figure={drawn} label={title} height={heightOf(drawn)} />
            </Card>
          )
        );
      })}
      {target.classes.length > 0 && (
        <Card title={`Each class${of}`}>
          <Classes classes={target.classes} />
        </Card>
      )}
    </>
  );
}

const SHOWN = 20;

function Classes({ classes }: { classes: Target["classes"] }) {
  const [offset, setOffset] = useState(0);
  return (
    <>
      <p className={styles.text}>
        Precision: how many rows taken for the class belong to it. Recall: how many rows of the class are
        found. F1 is high only where both are.
      </p>
      <div className={table.scroll}>
        <table className={`${table.table} ${styles.classes}`} aria-label="Each class on the test rows">
          <thead>
            <tr>
              <th scope="col">Class</th>
              {["Test rows", "Predicted", "Precision", "Recall", "F1"].map((title) => (
                <th key={title} scope="col" className={table.number}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {classes.slice(offset, offset + SHOWN).map((one) => (
              <tr key={one.name}>
                <th scope="row" title={one.name}>
                  {one.name}
                </th>
                <td className={table.number}>{count(one.rows)}</td>
                <td className={table.number}>{count(one.predicted)}</td>
                <td className={table.number}>{percent(one.precision)}</td>
                <td className={table.number}>{percent(one.recall)}</td>
                <td className={table.number}>{percent(one.f1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager noun="classes" offset={offset} size={SHOWN} total={classes.length} onMove={setOffset} />
    </>
  );
}
