/** The rows as they were uploaded, a page at a time. */

import { useState } from "react";
import { useRows } from "../api/rows";
import type { ColumnProfile, Dataset, Json, Recipe, RowsPage } from "../api/types";
import { Card } from "../ui/Card";
import { count, percent } from "../ui/format";
import { Pager } from "../ui/Pager";
import { Scroll } from "../ui/Scroll";
import table from "../ui/Table.module.css";
import { Waiting } from "../ui/Waiting";
import { cell } from "../ui/words";
import styles from "./data.module.css";
import { useForm } from "./form";

const ROWS = 50;
const COLUMNS = 60;

export function Preview({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [offset, setOffset] = useState(0);
  const [first, setFirst] = useState(0);
  const { data, error } = useRows(dataset.id, offset, ROWS);
  const columns = targetsFirst(dataset.columns, recipe).slice(first, first + COLUMNS);
  return (
    <Card
      title="Preview"
      aside={
        <>
          <Pager
            noun="columns"
            offset={first}
            size={COLUMNS}
            total={dataset.columns.length}
            onMove={setFirst}
          />
          <Pager
            noun="rows"
            offset={offset}
            size={ROWS}
            total={data?.total ?? dataset.rows ?? 0}
            onMove={setOffset}
          />
        </>
      }
    >
      {error && <p className={styles.advice}>{error.message}</p>}
      {!data && !error && (
        <div className={styles.previewWaiting}>
          <Waiting label="Reading the rows" />
        </div>
      )}
      {data && (
        <Scroll label="Rows of the data set" className={`${table.scroll} ${styles.preview}`}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col" className={table.number}>
                  Row
                </th>
                {columns.map(({ column }) => (
                  <Head key={column.name} column={column} recipe={recipe} rows={dataset.rows ?? 0} />
                ))}
              </tr>
            </thead>
            <tbody>
              {numbered(data).map(([number, row]) => (
                <tr key={number}>
                  <td className={`${table.number} ${styles.mute}`}>{count(number)}</td>
                  {columns.map(({ column, place }) => (
                    <td
                      key={column.name}
                      className={column.type === "text" ? styles.cell : `${styles.cell} ${table.number}`}
                      data-role={recipe.columns[column.name]?.role}
                    >
                      {cell(row[place])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  );
}

/** The columns with their places in a row; what is predicted comes first, so that it is in sight. */
function targetsFirst(columns: ColumnProfile[], recipe: Recipe): { column: ColumnProfile; place: number }[] {
  const placed = columns.map((column, place) => ({ column, place }));
  const isTarget = ({ column }: { column: ColumnProfile }) => recipe.columns[column.name]?.role === "target";
  return [...placed.filter(isTarget), ...placed.filter((one) => !isTarget(one))];
}

/** Rows with their numbers, counted from 1 as people do. */
const numbered = ({ rows, offset = 0 }: RowsPage): [number, Json[]][] =>
  rows.map((row, place) => [offset + place + 1, row]);

interface HeadProps {
  column: ColumnProfile;
  recipe: Recipe;
  rows: number;
}

function Head({ column, recipe, rows }: HeadProps) {
  const { role, kind } = recipe.columns[column.name] ?? { role: "ignore", kind: column.kind };
  const { word } = useForm();
  const facts = [word(kind), `${count(column.distinct)} distinct`];
  if (column.missing > 0) facts.push(`${percent(column.missing / Math.max(1, rows))} missing`);
  return (
    <th scope="col" className={column.type === "text" ? "" : table.number} data-role={role}>
      <span className={styles.columnName} title={column.name}>
        {column.name}
      </span>
      {role === "target" && <span className={styles.badge}>Target</span>}
      <span className={styles.columnFacts}>{facts.join(" · ")}</span>
    </th>
  );
}
