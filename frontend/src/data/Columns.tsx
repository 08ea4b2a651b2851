/** Every column with what it is for and how it is prepared. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { memo, useState } from "react";
import type { ColumnProfile, ColumnRecipe, Dataset, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { useEditor } from "../stores/editor";
import { Card } from "../ui/Card";
import { count, decimal, percent } from "../ui/format";
import { Pager } from "../ui/Pager";
import { setSearch } from "../ui/router";
import table from "../ui/Table.module.css";
import { cell } from "../ui/words";
import styles from "./columns.module.css";
import shared from "./data.module.css";
import { FormulaForm } from "./Formula";
import formulas from "./Formula.module.css";
import { type Choice as Chosen, choices, finer, type Kind, useForm } from "./form";
import { formulaColumns, removeFormula } from "./formulas";
import looking from "./looking.module.css";
import { setField, setKind, setRole } from "./recipe";
import { Setting } from "./Setting";
import fields from "./settings.module.css";

const SHOWN = 60;

export function Columns({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [first, setFirst] = useState(0);
  const [search, setSought] = useState("");
  const [formula, setFormula] = useState<{ name?: string } | null>(null);
  const sought = search.trim().toLowerCase();
  const all = [...dataset.columns, ...formulaColumns(recipe)];
  const found = all.filter((column) => column.name.toLowerCase().includes(sought));
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
                setSought(event.currentTarget.value);
                setFirst(0);
              }}
            />
          )}
          <Button size="compact-xs" variant="default" onClick={() => setFormula({})}>
            Add a formula
          </Button>
          <Pager noun="columns" offset={first} size={SHOWN} total={found.length} onMove={setFirst} />
        </>
      }
    >
      {formula && (
        <FormulaForm
          key={formula.name ?? ""}
          {...{ dataset, recipe }}
          name={formula.name}
          onDone={() => setFormula(null)}
        />
      )}
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
              <th scope="col">
                <span className={fields.hidden}>Finer settings</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(first, first + SHOWN).map((column) => {
              const plan = recipe.columns[column.name];
              return plan ? (
                <Row
                  key={column.name}
                  column={column}
                  plan={plan}
                  rows={dataset.rows ?? 0}
                  series={recipe.kind === "series"}
                  onFormula={setFormula}
                />
              ) : null;
            })}
          </tbody>
        </table>
      </div>
      {found.length === 0 && <p className={shared.advice}>No column is called like that.</p>}
    </Card>
  );
}

interface RowProps {
  column: ColumnProfile;
  plan: ColumnRecipe;
  rows: number;
  series: boolean;
  onFormula: (formula: { name: string }) => void;
}

function edit(change: (recipe: Recipe) => Recipe): void {
  const { recipe } = useEditor.getState().document;
  if (recipe) changeRecipe(change(recipe));
}

const Row = memo(function Row({ column, plan, rows, series, onFormula }: RowProps) {
  const form = useForm();
  const [open, setOpen] = useState(false);
  const { name } = column;
  const made = typeof plan.formula === "string" ? plan.formula : null;
  const choose = (field: Chosen, title: string) => {
    const able = plan.role === "feature" || plan.role === "target" ? choices(form, plan, field) : [];
    return (
      <td>
        {able.length > 1 ? (
          <Choice
            label={`${title} of ${name}`}
            value={plan[field] ?? ""}
            options={able}
            onChange={(value) => edit((recipe) => setField(recipe, name, field, value))}
          />
        ) : (
          <span className={shared.mute}>—</span>
        )}
      </td>
    );
  };
  const settings = finer(form, series, plan);
  const kinds = form.kinds.filter((kind) => plan.role !== "target" || form.suits[kind]?.target);
  return (
    <>
      <tr data-role={plan.role}>
        <th scope="row" className={styles.columnName} title={name}>
          <button
            type="button"
            className={looking.look}
            onClick={() => (made ? onFormula({ name }) : setSearch({ column: name }))}
          >
            {name}
          </button>
        </th>
        <td className={styles.values} title={made ? undefined : summary(column)}>
          {made ? (
            <button type="button" className={formulas.code} title={made} onClick={() => onFormula({ name })}>
              = {made}
            </button>
          ) : (
            summary(column)
          )}
        </td>
        <td className={table.number}>
          {made && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Remove ${name}`}
              onClick={() => edit((recipe) => removeFormula(recipe, name))}
            >
              Remove
            </Button>
          )}
          {made
            ? null
            : column.missing === 0
              ? "0"
              : `${count(column.missing)} · ${percent(column.missing / Math.max(1, rows))}`}
        </td>
        <td>
          <Choice
            label={`Role of ${name}`}
            value={plan.role}
            options={form.roles.filter((role) =>
              made
                ? ["feature", "target", "ignore"].includes(role)
                : role !== "target" || form.suits[plan.kind]?.target,
            )}
            onChange={(value) => edit((recipe) => setRole(form, recipe, name, value as ColumnRecipe["role"]))}
          />
        </td>
        <td>
          <Choice
            label={`Kind of ${name}`}
            value={plan.kind}
            options={made ? ["number", "category"] : kinds.filter((kind) => kind !== "image")}
            onChange={(value) => edit((recipe) => setKind(form, recipe, name, value as Kind))}
          />
        </td>
        {choose("fill", "Fill")}
        {choose("encode", "Encode")}
        {choose("scale", "Scale")}
        <td>
          {settings.length > 0 && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-expanded={open}
              aria-label={`${open ? "Less" : "More"} of ${name}`}
              onClick={() => setOpen(!open)}
            >
              {open ? "Less" : "More"}
            </Button>
          )}
        </td>
      </tr>
      {open && settings.length > 0 && (
        <tr>
          <td colSpan={9}>
            <div className={fields.grid}>
              {settings.map((setting) => {
                const schema = form.column[setting];
                return (
                  schema && (
                    <Setting
                      key={setting}
                      name={setting}
                      schema={schema}
                      value={plan[setting]}
                      word={form.word}
                      onChange={(value) => edit((recipe) => setField(recipe, name, setting, value))}
                    />
                  )
                );
              })}
            </div>
          </td>
        </tr>
      )}
    </>
  );
});

interface ChoiceProps {
  label: string;
  value: string;
  options: string[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const { word } = useForm();
  return (
    <NativeSelect
      size="xs"
      className={styles.choose}
      rightSectionWidth={20}
      aria-label={label}
      title={word(value)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={options.map((option) => ({ value: option, label: word(option) }))}
    />
  );
}

function summary(column: ColumnProfile): string {
  if (column.min !== null && column.max !== null) {
    return `${decimal(column.min)} to ${decimal(column.max)}, mean ${decimal(column.mean)}`;
  }
  const examples = column.top.slice(0, 3).map(([value]) => cell(value));
  const rest = column.distinct - examples.length;
  return examples.join(", ") + (rest > 0 ? ` and ${count(rest)} more` : "");
}
