/** How the rows are dealt to training, validation and test. */

import { NativeSelect, NumberInput } from "@mantine/core";
import type { Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { Card } from "../ui/Card";
import { count } from "../ui/format";
import styles from "./data.module.css";
import { canStratify, setShares, setSplit, WORDS } from "./recipe";

export function SplitCard({ recipe, rows }: { recipe: Recipe; rows: number }) {
  const { split } = recipe;
  const train = Math.round(100 * split.train);
  const validation = Math.round(100 * split.validation);
  const test = 100 - train - validation;
  return (
    <Card title="Split">
      <div className={styles.splitBar} aria-hidden="true">
        <span style={{ width: `${train}%`, background: "var(--train)" }} />
        <span style={{ width: `${validation}%`, background: "var(--validation)" }} />
        <span style={{ width: `${test}%`, background: "var(--test)" }} />
      </div>
      <div className={styles.shares}>
        <NumberInput
          label="Training"
          suffix="%"
          hideControls
          min={1}
          max={98}
          value={train}
          onChange={(value) =>
            typeof value === "number" && changeRecipe(setShares(recipe, value, validation))
          }
        />
        <NumberInput
          label="Validation"
          suffix="%"
          hideControls
          min={1}
          max={99 - train}
          value={validation}
          onChange={(value) => typeof value === "number" && changeRecipe(setShares(recipe, train, value))}
        />
        <NumberInput label="Test" suffix="%" value={test} readOnly hideControls variant="filled" />
        <span className={styles.mute}>{count(rows * split.train)}</span>
        <span className={styles.mute}>{count(rows * split.validation)}</span>
        <span className={styles.mute}>{count((rows * test) / 100)}</span>
      </div>
      <div className={styles.pair}>
        <NativeSelect
          label="Method"
          value={split.method}
          onChange={(event) => changeRecipe(setSplit(recipe, { method: event.currentTarget.value }))}
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
