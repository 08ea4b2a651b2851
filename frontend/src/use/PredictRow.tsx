/** A form for one row of raw values, and the model's answer. */

import { Autocomplete, Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../api/client";
import { rowsPath } from "../api/rows";
import type { Dataset, Recipe, RowsPage, Run } from "../api/types";
import { Card } from "../ui/Card";
import { tellError } from "../ui/notify";
import { ProblemCard } from "../ui/Problem";
import { type Prediction, predictRow } from "./predict";
import { Result } from "./Result";
import { type Field, fieldsOf, rowOf, valuesOf } from "./row";
import styles from "./use.module.css";

interface PredictRowProps {
  run: Run;
  recipe: Recipe;
  dataset: Dataset | null;
}

type Values = { [name: string]: string };

export function PredictRow({ run, recipe, dataset }: PredictRowProps) {
  const fields = fieldsOf(recipe, dataset);
  const [values, setValues] = useState<Values>({});
  const [truth, setTruth] = useState<Values>();
  const [answer, setAnswer] = useState<{ prediction: Prediction; truth?: Values } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  async function predict(row: Values, known?: Values) {
    setBusy(true);
    setError(null);
    try {
      setAnswer({ prediction: await predictRow(run.id, rowOf(fields, row)), truth: known });
    } catch (failure) {
      setAnswer(null);
      if (failure instanceof ApiError) setError(failure);
    }
    setBusy(false);
  }

  async function fill() {
    if (!dataset?.rows) return;
    const place = Math.floor(Math.random() * dataset.rows);
    try {
      const page = await api.get<RowsPage>(rowsPath(dataset.id, place, 1));
      const row = valuesOf(page.columns, page.rows[0] ?? []);
      setValues(row);
      setTruth(row);
      await predict(row, row);
    } catch (failure) {
      tellError(failure, "No row could be read");
    }
  }

  function type(name: string, value: string) {
    setValues((before) => ({ ...before, [name]: value }));
    setTruth(undefined);
    if (error?.where.column === name) setError(null);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    predict(values, truth);
  }

  return (
    <>
      <Card
        title="Predict one row"
        className={styles.form}
        aside={
          dataset?.state === "ready" && (
            <Button size="xs" variant="default" onClick={fill}>
              Fill with a row from the data
            </Button>
          )
        }
      >
        <form onSubmit={submit} aria-label="Predict one row">
          <div className={styles.fields}>
            {fields.map((field) => (
              <FieldInput
                key={field.name}
                field={field}
                value={values[field.name] ?? ""}
                error={error?.where.column === field.name ? (error.hint ?? error.message) : undefined}
                onChange={(value) => type(field.name, value)}
              />
            ))}
          </div>
          <div className={styles.submit}>
            <Button type="submit" loading={busy}>
              Predict
            </Button>
            <span>Empty fields count as missing and are filled as in training.</span>
          </div>
        </form>
      </Card>
      <Card title="Prediction">
        {!answer && !error && (
          <p className={styles.hint}>Fill in some fields and press Predict; the answer appears here.</p>
        )}
        {error && (
          <ProblemCard
            title="No prediction was made"
            message={error.message}
            hint={error.hint}
            code={error.code}
          />
        )}
        {answer && <Result {...answer} />}
      </Card>
    </>
  );
}

interface FieldInputProps {
  field: Field;
  value: string;
  /** What to do about a value that could not be used. */
  error?: string;
  onChange: (value: string) => void;
}

function FieldInput({ field, value, error, onChange }: FieldInputProps) {
  const placeholder = field.typical ? `e.g. ${field.typical}` : "";
  const common = { label: field.name, value, error };
  if (field.complete) {
    const options = field.options.includes(value) || value === "" ? field.options : [value, ...field.options];
    return (
      <NativeSelect
        {...common}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[{ value: "", label: "Missing" }, ...options]}
      />
    );
  }
  if (field.kind === "category") {
    return <Autocomplete {...common} onChange={onChange} data={field.options} placeholder={placeholder} />;
  }
  if (field.kind === "text") {
    return (
      <Textarea
        {...common}
        className={styles.text}
        autosize
        minRows={2}
        maxRows={6}
        placeholder={placeholder}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...common}
      inputMode="decimal"
      placeholder={placeholder}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
