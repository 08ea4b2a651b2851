/** What is to be predicted. */

import { Checkbox, NativeSelect } from "@mantine/core";
import type { ColumnProfile, ColumnRecipe, Dataset, Recipe } from "../api/types";
import { useReport } from "../stores/checking";
import { changeRecipe } from "../stores/dataset";
import { Bars } from "../ui/Bars";
import { Card } from "../ui/Card";
import { count, decimal, percent, plural } from "../ui/format";
import { cell } from "../ui/words";
import styles from "./data.module.css";
import { useForm } from "./form";
import { canTogether, counted, setField, setOnlyTarget, setTogether, targets } from "./recipe";

export function TargetCard({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const form = useForm();
  const report = useReport();
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
        <p className={styles.advice}>
          {dataset.kind === "images"
            ? "These pictures have no classes, so there is nothing to predict. Upload them with a folder for each class, or with a CSV file that names the class of each."
            : "Choose the column that the network learns to predict from the others."}
        </p>
      )}
      {(canTogether(recipe) || Object.keys(recipe.outputs ?? {}).length > 0) && (
        <Checkbox
          size="xs"
          mt={8}
          label="One output answers for all of them"
          description="As for yes and no columns that belong together, or for several numbers."
          checked={Object.keys(recipe.outputs ?? {}).length > 0}
          onChange={(event) => changeRecipe(setTogether(recipe, event.currentTarget.checked))}
        />
      )}
      {chosen.map((name) => {
        const profile = dataset.columns.find((column) => column.name === name);
        const plan = recipe.columns[name];
        return profile && plan ? (
          <TargetFacts
            key={name}
            profile={profile}
            plan={plan}
            classes={report?.targets?.[name]?.classes ?? undefined}
            onPositive={(one) => changeRecipe(setField(recipe, name, "positive", one))}
            rows={dataset.rows ?? 0}
            title={
              chosen.length > 1 || dataset.kind === "images"
                ? `${name}, ${form.word(plan.kind).toLowerCase()}`
                : ""
            }
          />
        ) : null;
      })}
    </Card>
  );
}

/** In whole percent, but for a class that nearly none or nearly all rows have. */
const shareOf = (share: number) => percent(share, share < 0.01 || share > 0.99 ? 2 : 0);

interface TargetFactsProps {
  profile: ColumnProfile;
  plan: ColumnRecipe;
  /** The classes that are used, once they are known; of two the second is the positive one. */
  classes: string[] | undefined;
  onPositive: (name: string) => void;
  rows: number;
  title: string;
}

function TargetFacts({ profile, plan, classes, onPositive, rows, title }: TargetFactsProps) {
  const tags = plan.kind === "tags";
  const top = counted(plan, profile.top);
  const most = top[0]?.[1] ?? 1;
  const distinct = tags ? profile.distinct : (classes?.length ?? profile.distinct);
  return (
    <div className={styles.targetFacts}>
      {title && <strong>{title}</strong>}
      {plan.kind !== "number" ? (
        <>
          <p className={styles.mute}>
            {tags
              ? `${classes === undefined ? "Tags" : plural(classes.length, "tag")}, each of them yes or no in a row. The cells:`
              : `Category with ${plural(distinct, "class", "classes")}`}
          </p>
          <Bars
            label={`Rows in each class of ${profile.name}`}
            bars={top.map(([value, number]) => ({
              label: cell(value),
              share: number / most,
              value: `${count(number)} · ${shareOf(number / Math.max(1, rows))}`,
            }))}
          />
          {distinct > top.length && <p className={styles.mute}>and {count(distinct - top.length)} more</p>}
          {plan.kind === "category" && classes?.length === 2 && (
            <NativeSelect
              size="xs"
              mt={8}
              label="Positive class"
              description="Precision, recall and F1 are about it."
              data={[...classes].sort()}
              value={classes.find((one) => one === plan.positive) ?? classes[1]}
              onChange={(event) => onPositive(event.currentTarget.value)}
            />
          )}
        </>
      ) : (
        <p className={styles.mute}>
          {profile.min === null
            ? "Number, in cells that hold text"
            : `Number from ${decimal(profile.min)} to ${decimal(profile.max)}, ${decimal(profile.mean)} on average`}
        </p>
      )}
      {profile.missing > 0 && (
        <p className={styles.mute}>
          {tags && plan.fill !== "drop"
            ? `${plural(profile.missing, "row")} without any.`
            : `${plural(profile.missing, "row")} without it will be left out.`}
        </p>
      )}
    </div>
  );
}
