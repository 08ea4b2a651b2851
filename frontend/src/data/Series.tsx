/** Rows as a series: how far a window looks back, and how far ahead it predicts. */

import { Checkbox } from "@mantine/core";
import type { Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { Card } from "../ui/Card";
import styles from "./data.module.css";
import { useForm } from "./form";
import { ofRole, setSeries } from "./recipe";
import { Setting } from "./Setting";
import fields from "./settings.module.css";

export function SeriesCard({ recipe }: { recipe: Recipe }) {
  const form = useForm();
  const time = ofRole(recipe, "time");
  const series = recipe.kind === "series";
  if (!time && !series) return null;
  return (
    <Card title="Series">
      <Checkbox
        size="xs"
        label="Look back on the rows before"
        checked={series}
        onChange={(event) => changeRecipe(setSeries(recipe, event.currentTarget.checked))}
      />
      <p className={styles.advice}>
        {series
          ? `A window of rows in order of ${time ?? "time"} goes in; what follows it is predicted.`
          : `Rows follow ${time}. The network can see each row alone, or with those before it.`}
      </p>
      {series && (
        <div className={fields.column}>
          {Object.entries(form.series).map(([name, schema]) => (
            <Setting
              key={name}
              name={name}
              schema={schema}
              value={recipe.series?.[name]}
              word={form.word}
              onChange={(value) => changeRecipe({ ...recipe, series: { ...recipe.series, [name]: value } })}
            />
          ))}
        </div>
      )}
    </Card>
  );
}
