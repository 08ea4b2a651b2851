/** The rows as they were uploaded, a page at a time, sorted and filtered as one likes. */

import { useState } from "react";
import { AS_UPLOADED, type RowsView, useRows } from "../api/rows";
import type { ColumnProfile, Dataset, Json, Recipe, RowsPage } from "../api/types";
import { Card } from "../ui/Card";
import { count, percent } from "../ui/format";
import { Pager } from "../ui/Pager";
import { Scroll } from "../ui/Scroll";
import table from "../ui/Table.module.css";
import { Waiting } from "../ui/Waiting";
import { cell } from "../ui/words";
import shared from "./data.module.css";
import { useForm } from "./form";
import looking from "./looking.module.css";
import styles from "./preview.module.css";
import { complete, RowFilters } from "./RowFilters";

const ROWS = 50;
const COLUMNS = 60;

export function Preview({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [offset, setOffset] = useState(0);
  const [first, setFirst] = useState(0);
  const [view, setView] = useState<RowsView>(AS_UPLOADED);
  const look = (changes: Partial<RowsView>) => {
    setView({ ...view, ...changes });
    setOffset(0);
  };
  const shown = { ...view, filters: complete(view.filters) };
  const { data, error } = useRows(dataset.id, offset, ROWS, shown);
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
      <RowFilters
        columns={dataset.columns}
        filters={view.filters}
        onChange={(filters) => look({ filters })}
      />
      {error && <p className={shared.advice}>{error.message}</p>}
      {data?.total === 0 && <p className={shared.advice}>No row meets these conditions.</p>}
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
                  <Head
                    key={column.name}
                    column={column}
                    recipe={recipe}
                    rows={dataset.rows ?? 0}
                    sorted={view.sort !== column.name ? null : view.descending ? "descending" : "ascending"}
                    onSort={() => look(nextOrder(view, column.name))}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {numbered(data).map(([number, row]) => (
                <tr key={number}>
                  <td className={`${table.number} ${shared.mute}`}>{count(number)}</td>
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
const numbered = ({ rows, numbers, offset = 0 }: RowsPage): [number, Json[]][] =>
  rows.map((row, place) => [numbers?.[place] ?? offset + place + 1, row]);

/** Asking for a column's order again turns it round, then gives up on it. */
export function nextOrder(view: RowsView, column: string): Pick<RowsView, "sort" | "descending"> {
  if (view.sort !== column) return { sort: column, descending: false };
  return view.descending ? { sort: null, descending: false } : { sort: column, descending: true };
}

interface HeadProps {
  column: ColumnProfile;
  recipe: Recipe;
  rows: number;
  sorted: "ascending" | "descending" | null;
  onSort: () => void;
}

const ARROWS = { ascending: "▲", descending: "▼" };

function Head({ column, recipe, rows, sorted, onSort }: HeadProps) {
  const { role, kind } = recipe.columns[column.name] ?? { role: "ignore", kind: column.kind };
  const { word } = useForm();
  const facts = [word(kind), `${count(column.distinct)} distinct`];
  if (column.missing > 0) facts.push(`${percent(column.missing / Math.max(1, rows))} missing`);
  return (
    <th
      scope="col"
      className={column.type === "text" ? "" : table.number}
      data-role={role}
      aria-sort={sorted ?? undefined}
    >
      <button
        type="button"
        className={looking.sort}
        title={`Sort by ${column.name}`}
        aria-label={`Sort by ${column.name}`}
        onClick={onSort}
      >
        <span className={styles.columnName}>{column.name}</span>
        {sorted && <span className={looking.arrow}>{ARROWS[sorted]}</span>}
      </button>
      {role === "target" && <span className={styles.badge}>Target</span>}
      <span className={styles.columnFacts}>{facts.join(" · ")}</span>
    </th>
  );
}
