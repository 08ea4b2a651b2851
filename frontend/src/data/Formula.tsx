/** A column that a formula makes: typed here, with its first values shown as it is typed. */

import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import { useFormula } from "../api/formula";
import type { Dataset, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { count, decimal } from "../ui/format";
import styles from "./Formula.module.css";
import { freeName, setFormula } from "./formulas";

interface FormulaFormProps {
  dataset: Dataset;
  recipe: Recipe;
  /** The formula column that is changed; a new one where there is none. */
  name?: string;
  onDone: () => void;
}

export function FormulaForm({ dataset, recipe, name, onDone }: FormulaFormProps) {
  const [called, setCalled] = useState(name ?? freeName(recipe));
  const [formula, setTyped] = useState(String(recipe.columns[name ?? ""]?.formula ?? ""));
  const [settled] = useDebouncedValue(formula, 250);
  const taken = called.trim() !== name && called.trim() in recipe.columns;
  const tried = setFormula(recipe, called.trim() || "formula", settled);
  const { data, error } = useFormula(dataset.id, tried, called.trim() || "formula");
  const right = data && !data.problem && settled === formula;
  const able = called.trim() !== "" && !taken && formula.trim() !== "" && right;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!able) return;
    changeRecipe(setFormula(recipe, called.trim(), formula));
    onDone();
  }
  return (
    <form className={styles.form} onSubmit={submit} aria-label="Formula">
      <TextInput
        size="xs"
        label="Name"
        value={called}
        disabled={name !== undefined}
        error={taken && "There is a column of this name."}
        onChange={(event) => setCalled(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        className={styles.formula}
        label="Formula"
        placeholder="e.g. log(price) / area"
        value={formula}
        spellCheck={false}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" disabled={!able}>
        {name === undefined ? "Add" : "Change"}
      </Button>
      <Button size="xs" variant="default" onClick={onDone}>
        Cancel
      </Button>
      <p className={styles.told} data-wrong={Boolean(error ?? data?.problem)} role="status">
        {error || data?.problem
          ? `${data?.problem?.message ?? error?.message} ${data?.problem?.hint ?? ""}`
          : data
            ? `${data.values.map((value) => (value === null ? "missing" : decimal(value))).join(", ")} … ${
                data.missing ? `${count(data.missing)} of ${count(data.rows)} rows have no value.` : ""
              }`
            : "Columns by name (`with blanks`), numbers, + − * / **, comparisons, and, or, not, log, exp, sqrt, abs, min, max, where(condition, then, else), year, month, weekday, hour, missing."}
      </p>
    </form>
  );
}
