/** How the rows are dealt to training, validation and test. */

import { NativeSelect, NumberInput } from "@mantine/core";
import { useState } from "react";
import type { ColumnProfile, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { Card } from "../ui/Card";
import { count } from "../ui/format";
import styles from "./data.module.css";
import { type Parts, parts } from "./parts";
import { canStratify, setMethod, setShares, setSplit, WORDS } from "./recipe";

interface SplitCardProps {
  recipe: Recipe;
  columns: ColumnProfile[];
  rows: number;
}

export function SplitCard({ recipe, columns, rows }: SplitCardProps) {
  const { split } = recipe;
  return (
    <Card title="Split">
      <Shares recipe={recipe} dealt={parts(recipe, columns, rows)} />
      <div className={styles.pair}>
        <NativeSelect
          label="Method"
          value={split.method}
          onChange={(event) => changeRecipe(setMethod(recipe, event.currentTarget.value))}
          data={["random", "stratified"].map((value) => ({
            value,
            label: WORDS[value] ?? value,
            disabled: value === "stratified" && !canStratify(recipe),
          }))}
        />
        <NumberInput
          label="Seed"
          hideControls
          min={0}
          max={2 ** 32 - 1}
          allowDecimal={false}
          value={split.seed}
          onChange={(value) => typeof value === "number" && changeRecipe(setSplit(recipe, { seed: value }))}
        />
      </div>
      <p className={styles.advice}>
        {split.method === "stratified"
          ? "Every part gets the classes in the same proportion."
          : "Rows are dealt by chance; the seed makes it repeatable."}
      </p>
    </Card>
  );
}

/** A share as it is being typed; it counts once it can be met. */
interface Draft {
  part: "train" | "validation";
  value: number | string;
}

function Shares({ recipe, dealt }: { recipe: Recipe; dealt: Parts }) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const train = Math.round(100 * recipe.split.train);
  const validation = Math.round(100 * recipe.split.validation);
  const test = 100 - train - validation;
  const most = { train: 99 - validation, validation: 99 - train };
  const fits = ({ part, value }: Draft) => typeof value === "number" && value >= 1 && value <= most[part];
  const wrong = draft !== null && !fits(draft) ? draft.part : null;

  function type(part: Draft["part"], value: number | string) {
    setDraft({ part, value });
    if (typeof value !== "number" || !fits({ part, value })) return;
    changeRecipe(part === "train" ? setShares(recipe, value, validation) : setShares(recipe, train, value));
  }

  const field = (part: Draft["part"], label: string, share: number) => (
    <NumberInput
      label={label}
      suffix="%"
      hideControls
      clampBehavior="none"
      allowDecimal={false}
      error={wrong === part}
      value={draft?.part === part ? draft.value : share}
      onChange={(value) => type(part, value)}
      onBlur={() => setDraft(null)}
    />
  );
  return (
    <>
      <div className={styles.splitBar} aria-hidden="true">
        <span style={{ width: `${train}%`, background: "var(--train)" }} />
        <span style={{ width: `${validation}%`, background: "var(--validation)" }} />
        <span style={{ width: `${test}%`, background: "var(--test)" }} />
      </div>
      <div className={styles.shares}>
        {field("train", "Training", train)}
        {field("validation", "Validation", validation)}
        <NumberInput label="Test" suffix="%" value={test} readOnly hideControls variant="filled" />
        {["train", "validation", "test"].map((part, place) => (
          <span key={part} className={styles.mute}>
            {dealt.rows && `${dealt.about ? "≈ " : ""}${count(dealt.rows[place] ?? 0)}`}
          </span>
        ))}
      </div>
      {wrong && (
        <p className={styles.refused} role="alert">
          {wrong === "train"
            ? `Training can have 1 to ${most.train} %: validation has ${validation} %, and test needs 1 %.`
            : `Validation can have 1 to ${most.validation} %: training has ${train} %, and test needs 1 %.`}
        </p>
      )}
      {!dealt.rows && <p className={styles.refused}>There are too few rows to split in three parts.</p>}
    </>
  );
}
