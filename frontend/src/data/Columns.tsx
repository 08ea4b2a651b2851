/** Every column with what it is for and how it is prepared. */

import { NativeSelect, TextInput } from "@mantine/core";
import { memo, useState } from "react";
import type { ColumnProfile, ColumnRecipe, Dataset, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { useEditor } from "../stores/editor";
import { Card } from "../ui/Card";
import { count, decimal, percent } from "../ui/format";
import { Pager } from "../ui/Pager";
import table from "../ui/Table.module.css";
import { cell } from "../ui/words";
import styles from "./data.module.css";
import { CHOICES, setField, setKind, setRole, WORDS } from "./recipe";

const SHOWN = 60;

export function Columns({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [first, setFirst] = useState(0);
  const [search, setSearch] = useState("");
  const sought = search.trim().toLowerCase();
  const found = dataset.columns.filter((column) => column.name.toLowerCase().includes(sought));
  return (
    <Card
      title="Columns"
      aside={
        <>
          {dataset.columns.length > 12 && (
            <TextInput
              type="search"
              size="xs"
              aria-label="Find a column"
              placeholder="Find a column"
              value={search}
              onChange={(event) => {
                setSearch(event.currentTarget.value);
                setFirst(0);
              }}
            />
          )}
          <Pager noun="columns" offset={first} size={SHOWN} total={found.length} onMove={setFirst} />
        </>
      }
    >
      <div className={table.scroll}>
        <table className={`${table.table} ${styles.columns}`}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col" className={styles.valuesHead}>
                Values
              </th>
              <th scope="col" className={table.number}>
                Missing
              </th>
              <th scope="col">Role</th>
              <th scope="col">Kind</th>
              <th scope="col">Fill gaps with</th>
              <th scope="col">Encode</th>
              <th scope="col">Scale</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(first, first + SHOWN).map((column) => {
              const plan = recipe.columns[column.name];
              return plan ? (
                <Row key={column.name} column={column} plan={plan} rows={dataset.rows ?? 0} />
              ) : null;
            })}
          </tbody>
        </table>
      </div>
      {found.length === 0 && <p className={styles.advice}>No column is called like that.</p>}
    </Card>
  );
}

interface RowProps {
  column: ColumnProfile;
  plan: ColumnRecipe;
  rows: number;
}

function edit(change: (recipe: Recipe) => Recipe): void {
  const { recipe } = useEditor.getState().document;
  if (recipe) changeRecipe(change(recipe));
}

const Row = memo(function Row({ column, plan, rows }: RowProps) {
  const { name } = column;
  const used = plan.role !== "ignore";
  const choose = (field: "fill" | "encode" | "scale", title: string, shown: boolean) => (
    <td>
      {shown && CHOICES[plan.kind][field].length > 1 ? (
        <Choice
          label={`${title} of ${name}`}
          value={plan[field] ?? ""}
          options={CHOICES[plan.kind][field]}
          onChange={(value) => edit((recipe) => setField(recipe, name, field, value))}
        />
      ) : (
        <span className={styles.mute}>—</span>
      )}
    </td>
  );
  return (
    <tr data-role={plan.role}>
      <th scope="row" className={styles.columnName} title={name}>
        {name}
      </th>
      <td className={styles.values}>{summary(column)}</td>
      <td className={table.number}>
        {column.missing === 0
          ? "0"
          : `${count(column.missing)} · ${percent(column.missing / Math.max(1, rows))}`}
      </td>
      <td>
        <Choice
          label={`Role of ${name}`}
          value={plan.role}
          options={["feature", "target", "ignore"]}
          onChange={(value) => edit((recipe) => setRole(recipe, name, value as ColumnRecipe["role"]))}
        />
      </td>
      <td>
        <Choice
          label={`Kind of ${name}`}
          value={plan.kind}
          options={["number", "category"]}
          onChange={(value) => edit((recipe) => setKind(recipe, name, value as ColumnRecipe["kind"]))}
        />
      </td>
      {choose("fill", "Fill", plan.role === "feature")}
      {choose("encode", "Encode", plan.role === "feature")}
      {choose("scale", "Scale", used)}
    </tr>
  );
});

interface ChoiceProps {
  label: string;
  value: string;
  options: string[];
  onChange: (value: string) => void;
}

const Choice = ({ label, value, options, onChange }: ChoiceProps) => (
  <NativeSelect
    size="xs"
    aria-label={label}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    data={options.map((option) => ({ value: option, label: WORDS[option] ?? option }))}
  />
);

function summary(column: ColumnProfile): string {
  if (column.min !== null && column.max !== null) {
    return `${decimal(column.min)} to ${decimal(column.max)}, mean ${decimal(column.mean)}`;
  }
  const examples = column.top.slice(0, 3).map(([value]) => cell(value));
  const rest = column.distinct - examples.length;
  return examples.join(", ") + (rest > 0 ? ` and ${count(rest)} more` : "");
}
