/** What is to be predicted. */

import { NativeSelect } from "@mantine/core";
import type { ColumnProfile, Dataset, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { Bars } from "../ui/Bars";
import { Card } from "../ui/Card";
import { count, decimal, percent, plural } from "../ui/format";
import { cell } from "../ui/words";
import styles from "./data.module.css";
import { useForm } from "./form";
import { setOnlyTarget, targets } from "./recipe";

export function TargetCard({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const form = useForm();
  const chosen = targets(recipe);
  const able = Object.keys(recipe.columns).filter(
    (name) => form.suits[recipe.columns[name]?.kind ?? ""]?.target,
  );
  return (
    <Card title="Target">
      {dataset.kind !== "images" && (
        <NativeSelect
          aria-label="Column to predict"
          value={chosen.length === 1 ? chosen[0] : ""}
          onChange={(event) => changeRecipe(setOnlyTarget(recipe, event.currentTarget.value))}
          data={[
            ...(chosen.length === 1
              ? []
              : [
                  {
                    value: "",
                    label: chosen.length === 0 ? "Choose a column" : plural(chosen.length, "column"),
                  },
                ]),
            ...able,
          ]}
        />
      )}
      {chosen.length === 0 && (
        <p className={styles.advice}>Choose the column that the network learns to predict from the others.</p>
      )}
      {chosen.map((name) => {
        const profile = dataset.columns.find((column) => column.name === name);
        const kind = recipe.columns[name]?.kind;
        return profile && kind ? (
          <TargetFacts
            key={name}
            profile={profile}
            category={kind === "category"}
            rows={dataset.rows ?? 0}
            title={
              chosen.length > 1 || dataset.kind === "images"
                ? `${name}, ${form.word(kind).toLowerCase()}`
                : ""
            }
          />
        ) : null;
      })}
    </Card>
  );
}

interface TargetFactsProps {
  profile: ColumnProfile;
  category: boolean;
  rows: number;
  title: string;
}

function TargetFacts({ profile, category, rows, title }: TargetFactsProps) {
  const most = profile.top[0]?.[1] ?? 1;
  return (
    <div className={styles.targetFacts}>
      {title && <strong>{title}</strong>}
      {category ? (
        <>
          <p className={styles.mute}>Category with {plural(profile.distinct, "class", "classes")}</p>
          <Bars
            label={`Rows in each class of ${profile.name}`}
            bars={profile.top.map(([value, number]) => ({
              label: cell(value),
              share: number / most,
              value: `${count(number)} · ${percent(number / Math.max(1, rows), 0)}`,
            }))}
          />
          {profile.distinct > profile.top.length && (
            <p className={styles.mute}>and {count(profile.distinct - profile.top.length)} more</p>
          )}
        </>
      ) : (
        <p className={styles.mute}>
          Number from {decimal(profile.min)} to {decimal(profile.max)}, {decimal(profile.mean)} on average
        </p>
      )}
      {profile.missing > 0 && (
        <p className={styles.mute}>{plural(profile.missing, "row")} without it will be left out.</p>
      )}
    </div>
  );
}
