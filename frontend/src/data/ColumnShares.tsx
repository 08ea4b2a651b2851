/** What a column makes of the parts: their true sizes, and the share of the training rows that validates. */

import { NumberInput } from "@mantine/core";
import { useState } from "react";
import type { Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { count } from "../ui/format";
import shared from "./data.module.css";
import type { Parts } from "./parts";
import { cutShare, setCutShare } from "./recipe";
import styles from "./split.module.css";

const PARTS = [
  ["train", "Training"],
  ["validation", "Validation"],
  ["test", "Test"],
] as const;

export function ColumnShares({ recipe, dealt }: { recipe: Recipe; dealt: Parts }) {
  const whole = dealt.rows?.reduce((sum, rows) => sum + rows, 0) || 1;
  const shares = dealt.rows?.map((rows) => (100 * rows) / whole);
  return (
    <>
      <div className={styles.splitBar} aria-hidden="true">
        {shares ? (
          PARTS.map(([part], place) => (
            <span key={part} style={{ width: `${shares[place]}%`, background: `var(--${part})` }} />
          ))
        ) : (
          <span style={{ width: "100%", background: "var(--line)" }} />
        )}
      </div>
      <dl className={styles.told}>
        {PARTS.map(([part, label], place) => (
          <div key={part}>
            <dt>{label}</dt>
            <dd>
              {shares ? `${Math.round(shares[place] ?? 0)}%` : "–"}
              <span className={shared.mute}>
                {dealt.rows && `${dealt.about ? "≈ " : ""}${count(dealt.rows[place] ?? 0)}`}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {dealt.cut && <CutShare recipe={recipe} />}
    </>
  );
}

function CutShare({ recipe }: { recipe: Recipe }) {
  const [typed, setTyped] = useState<number | string | null>(null);
  const fits = (value: number | string) => typeof value === "number" && value >= 1 && value <= 99;
  return (
    <NumberInput
      mt={10}
      label="Validation, from the training rows"
      suffix="%"
      hideControls
      clampBehavior="none"
      allowDecimal={false}
      value={typed ?? cutShare(recipe)}
      error={typed !== null && !fits(typed) && "It can be 1 to 99 %."}
      onChange={(value) => {
        setTyped(value);
        if (typeof value === "number" && fits(value)) changeRecipe(setCutShare(recipe, value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
