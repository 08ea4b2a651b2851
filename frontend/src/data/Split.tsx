/** How the rows are dealt to training, validation and test. */

import { NativeSelect, NumberInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useAccount } from "../api/account";
import type { ColumnProfile, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { Card } from "../ui/Card";
import { count } from "../ui/format";
import { ColumnShares } from "./ColumnShares";
import shared from "./data.module.css";
import { FoldShares, Folds } from "./Folds";
import { type Form, useForm } from "./form";
import { type Parts, parts } from "./parts";
import { canStratify, ofRole, setDeciding, setMethod, setParts, setShares, setSplit } from "./recipe";
import styles from "./split.module.css";

interface SplitCardProps {
  dataset: number;
  recipe: Recipe;
  columns: ColumnProfile[];
  rows: number;
}

export function SplitCard({ dataset, recipe, columns, rows }: SplitCardProps) {
  const { split } = recipe;
  const form = useForm();
  const chance = split.method === "random" || split.method === "stratified";
  const dealt = useDealt(dataset, recipe, columns, rows);
  return (
    <Card title="Split">
      <Shares recipe={recipe} dealt={dealt} />
      <div className={styles.pair}>
        <NativeSelect
          label="Method"
          value={split.method}
          onChange={(event) => changeRecipe(setMethod(recipe, event.currentTarget.value))}
          data={form.methods.map((value) => ({
            value,
            label: form.methodWord(value),
            disabled: !able(recipe, value),
          }))}
        />
        {!chance && <Deciding recipe={recipe} columns={columns} form={form} />}
        <NumberInput
          label="Seed"
          hideControls
          display={split.method === "time" ? "none" : undefined}
          min={0}
          max={2 ** 32 - 1}
          allowDecimal={false}
          value={split.seed}
          onChange={(value) => typeof value === "number" && changeRecipe(setSplit(recipe, { seed: value }))}
        />
      </div>
      <p className={shared.advice}>
        {ADVICE[split.method]}
        {dealt.cut && " It names no validation rows, so they are taken from the training rows."}
      </p>
      <Folds recipe={recipe} />
      <Repeats recipe={recipe} form={form} />
    </Card>
  );
}

/** The rows of each part: as the server deals them, and until it has said so as the profile lets expect. */
function useDealt(dataset: number, recipe: Recipe, columns: ColumnProfile[], rows: number): Parts {
  const [settled] = useDebouncedValue(recipe, 400);
  const { data, isPlaceholderData } = useAccount(dataset, settled);
  if (data?.parts && !isPlaceholderData && settled === recipe) {
    const { train, validation, test } = data.parts;
    return { rows: [train, validation, test], about: false, cut: data.cut };
  }
  if (data?.parts && recipe.split.method === "column") {
    const { train, validation, test } = data.parts; // until the server has answered anew
    return { rows: [train, validation, test], about: true, cut: data.cut };
  }
  return parts(recipe, columns, rows);
}

const ADVICE: { [method: string]: string } = {
  random: "Rows are split at random; the seed makes it repeatable.",
  stratified: "Every part gets the classes in the same proportion.",
  time: "The oldest rows train, the newest test.",
  group: "All rows of a group stay in one part; the shares are met as nearly as groups allow.",
  column: "The column holds train, validation or test in each row.",
};

/** Windows of a series overlap, so that chance cannot deal them; pictures may have a column of parts to go by. */
function able(recipe: Recipe, method: string): boolean {
  const chance = method === "random" || method === "stratified";
  if (recipe.kind === "series") return !chance;
  const deciding = Object.values(recipe.columns).some((column) => column.role === "ignore");
  if (recipe.kind === "images" && !chance) return method === "column" && deciding;
  return method !== "stratified" || canStratify(recipe);
}

/** What becomes of rows that repeat; only rows of a table can be taken together, and a series keeps all. */
function Repeats({ recipe, form }: { recipe: Recipe; form: Form }) {
  const chosen = recipe.duplicates ?? "keep";
  if (recipe.kind === "series" && chosen === "keep") return null;
  const words = form.duplicates["x-words"] ?? {};
  return (
    <NativeSelect
      mt={10}
      label={form.duplicates.title}
      value={chosen}
      onChange={(event) =>
        changeRecipe({ ...recipe, duplicates: event.currentTarget.value as Recipe["duplicates"] })
      }
      data={ways(recipe, Object.keys(words)).map((value) => ({ value, label: words[value] ?? value }))}
    />
  );
}

/** What can become of rows that repeat: of a series the way back to keeping all is left. */
function ways(recipe: Recipe, all: string[]): string[] {
  if (recipe.kind === "series") return ["keep", recipe.duplicates ?? "keep"];
  return recipe.kind === "images" ? ["keep", "drop", "similar"] : all.filter((one) => one !== "similar");
}

interface DecidingProps {
  recipe: Recipe;
  columns: ColumnProfile[];
  form: Form;
}

/** The column that decides which part a row belongs to. */
function Deciding({ recipe, columns, form }: DecidingProps) {
  const { method, by } = recipe.split;
  const role = method === "time" || method === "group" ? method : null;
  const chosen = by ?? (role && ofRole(recipe, role)) ?? "";
  function choose(name: string) {
    if (!role) return changeRecipe(setParts(recipe, name));
    const text = columns.find((column) => column.name === name)?.type === "text";
    const kind = role === "group" ? "category" : text ? "date" : (recipe.columns[name]?.kind ?? "date");
    changeRecipe(setDeciding(recipe, name, role, kind));
  }
  const free = Object.keys(recipe.columns).filter((name) => {
    const column = recipe.columns[name];
    return column?.role !== "target" && column?.kind !== "image";
  });
  return (
    <NativeSelect
      label={role ? `${form.word(role)} column` : "Column"}
      value={chosen}
      onChange={(event) => event.currentTarget.value && choose(event.currentTarget.value)}
      data={[...(chosen ? [] : [{ value: "", label: "Choose a column" }]), ...free]}
    />
  );
}

/** A share as it is being typed; it counts once it can be met. */
interface Draft {
  part: "train" | "validation";
  value: number | string;
}

function Shares({ recipe, dealt }: { recipe: Recipe; dealt: Parts }) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const { folds, method } = recipe.split;
  if (method === "column") return <ColumnShares recipe={recipe} dealt={dealt} />;
  if (folds != null) return <FoldShares recipe={recipe} folds={folds} dealt={dealt} />;
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
          <span key={part} className={shared.mute}>
            {dealt.rows && `${dealt.about ? "≈ " : ""}${count(dealt.rows[place] ?? 0)}`}
          </span>
        ))}
      </div>
      {wrong && (
        <p className={shared.refused} role="alert">
          {wrong === "train"
            ? `Training can have 1 to ${most.train} %: validation has ${validation} %, and test needs 1 %.`
            : `Validation can have 1 to ${most.validation} %: training has ${train} %, and test needs 1 %.`}
        </p>
      )}
      {!dealt.rows && <p className={shared.refused}>There are too few rows to split in three parts.</p>}
    </>
  );
}
