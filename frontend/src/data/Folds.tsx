/** Folds for cross-validation: how many there are, which one validates, and what that makes of the shares. */

import { Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { count } from "../ui/format";
import shared from "./data.module.css";
import type { Parts } from "./parts";
import { setSplit } from "./recipe";
import styles from "./split.module.css";

/** Folds of a cross-validation, of which a run uses one. */
export function Folds({ recipe }: { recipe: Recipe }) {
  const { folds, fold = 1 } = recipe.split;
  const [typed, setTyped] = useState<number | string | null>(null);
  function choose(value: number | string) {
    setTyped(value);
    if (typeof value !== "number" || value < 2 || value > 50) return;
    changeRecipe(setSplit(recipe, { folds: value, fold: Math.min(fold, value) }));
  }
  return (
    <>
      <Checkbox
        size="xs"
        mt={10}
        label="Folds for cross-validation"
        checked={folds != null}
        onChange={(event) =>
          changeRecipe(setSplit(recipe, { folds: event.currentTarget.checked ? 5 : null, fold: 1 }))
        }
      />
      {folds != null && (
        <>
          <div className={styles.pair}>
            <NumberInput
              label="Folds"
              hideControls
              min={2}
              max={50}
              clampBehavior="none"
              allowDecimal={false}
              value={typed ?? folds}
              error={typed !== null && typed !== folds}
              onChange={choose}
              onBlur={() => setTyped(null)}
            />
            <NativeSelect
              label="Validates"
              value={String(fold)}
              onChange={(event) =>
                changeRecipe(setSplit(recipe, { fold: Number(event.currentTarget.value) }))
              }
              data={Array.from({ length: folds }, (_, place) => ({
                value: String(place + 1),
                label: `Fold ${place + 1}`,
              }))}
            />
          </div>
          <p className={shared.advice}>
            {recipe.split.method === "time"
              ? "A run learns from what came before the fold that validates."
              : "A run learns from the other folds."}{" "}
            Train one run for each fold and compare them; the test rows are the same in all.
          </p>
        </>
      )}
    </>
  );
}

/** With folds only the test rows have a share of their own. */
export function FoldShares({ recipe, folds, dealt }: { recipe: Recipe; folds: number; dealt: Parts }) {
  const test = Math.round(100 * recipe.split.test);
  const [typed, setTyped] = useState<number | string | null>(null);
  const right = typeof typed === "number" && typed >= 1 && typed <= 98;
  const whole = (dealt.rows ?? [folds - 1, 1, 1]).reduce((sum, rows) => sum + rows, 0) || 1;
  const shares = dealt.rows?.map((rows) => (100 * rows) / whole) ?? [];
  return (
    <>
      <div className={styles.splitBar} aria-hidden="true">
        {["train", "validation", "test"].map((part, place) => (
          <span key={part} style={{ width: `${shares[place] ?? 33}%`, background: `var(--${part})` }} />
        ))}
      </div>
      <div className={styles.shares}>
        {["Training", "Validation"].map((label, place) => (
          <TextInput
            key={label}
            label={label}
            readOnly
            variant="filled"
            value={shares[place] === undefined ? "" : `${Math.round(shares[place])}%`}
          />
        ))}
        <NumberInput
          label="Test"
          suffix="%"
          hideControls
          clampBehavior="none"
          allowDecimal={false}
          value={typed ?? test}
          error={typed !== null && !right}
          onChange={(value) => {
            setTyped(value);
            if (typeof value !== "number" || value < 1 || value > 98) return;
            // Without folds again, the shares must still sum to 1.
            const train = Math.max(1, Math.min(98, 100 - value - 1, Math.round((100 - value) * 0.8))) / 100;
            changeRecipe(
              setSplit(recipe, {
                train,
                validation: Math.round(100 - value - 100 * train) / 100,
                test: value / 100,
              }),
            );
          }}
          onBlur={() => setTyped(null)}
        />
        {["train", "validation", "test"].map((part, place) => (
          <span key={part} className={shared.mute}>
            {dealt.rows && `${dealt.about ? "≈ " : ""}${count(dealt.rows[place] ?? 0)}`}
          </span>
        ))}
      </div>
    </>
  );
}
