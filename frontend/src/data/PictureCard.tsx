/** How pictures go in: their size, their colours, and the numbers their pixels become. */

import type { Json, Recipe } from "../api/types";
import { changeRecipe } from "../stores/dataset";
import { Card } from "../ui/Card";
import { useForm } from "./form";
import { setField } from "./recipe";
import { Setting } from "./Setting";
import fields from "./settings.module.css";

export function PictureCard({ recipe }: { recipe: Recipe }) {
  const form = useForm();
  const size = recipe.image;
  const picture = Object.entries(recipe.columns).find(([, column]) => column.kind === "image");
  if (!size || !picture) return null;
  const [name, column] = picture;
  const entries = Object.entries(form.image);
  const given: { [field: string]: Json } = { ...size };
  return (
    <Card title="Pictures go in as">
      <div className={fields.pairs}>
        {entries.map(([field, schema]) => (
          <Setting
            key={field}
            name={field}
            schema={schema}
            value={given[field]}
            word={form.word}
            onChange={(value) => changeRecipe({ ...recipe, image: { ...size, [field]: value } })}
          />
        ))}
        <Setting
          name="scale"
          schema={form.pictureScale}
          value={column.scale}
          word={form.word}
          onChange={(value) => changeRecipe(setField(recipe, name, "scale", value))}
        />
      </div>
    </Card>
  );
}
