/** The form of a recipe as the server describes it, cut down to what tests need. */

import type { Schema } from "../api/types";
import { formOf } from "./form";

const suits = {
  number: {
    fill: ["median", "mean", "most_frequent", "constant"],
    encode: ["none"],
    scale: ["standard", "minmax", "quantile", "none"],
    target: true,
    target_fill: [],
    target_scale: ["standard", "minmax", "none"],
    options: ["fill_value", "indicator", "clip"],
    target_options: ["loose"],
  },
  category: {
    fill: ["own_category", "most_frequent", "drop"],
    encode: ["one_hot", "index"],
    scale: ["none"],
    target: true,
    target_fill: [],
    target_scale: ["none"],
    options: ["case"],
    target_options: ["minimum_count"],
  },
  date: {
    fill: ["median"],
    encode: ["cyclic", "timestamp"],
    scale: ["standard", "none"],
    target: false,
    target_fill: [],
    target_scale: ["none"],
    options: ["parts"],
    target_options: [],
  },
};

const column = {
  properties: {
    role: { enum: ["feature", "target", "ignore", "time", "group"] },
    kind: { enum: ["number", "category", "date", "image"] },
    clip: {
      anyOf: [{ type: "number", minimum: 0, maximum: 0.25 }, { type: "null" }],
      title: "Clip outliers",
    },
  },
  "x-suits": suits,
  "x-options": { one_hot: ["minimum_count", "size"] },
  "x-series-options": { number: ["difference"] },
  "x-series-target-options": { number: ["difference"] },
  "x-unscaled": ["cyclic", "bins"],
  "x-picture-scales": { minmax: "0 to 1" },
  "x-words": { one_hot: "One-hot" },
};

const schema: Schema = {
  properties: { duplicates: { enum: ["keep", "drop"], title: "Rows that repeat" } },
  $defs: {
    Column: column,
    Split: { properties: { method: { enum: ["random", "stratified", "time"] } } },
    Series: { properties: { lookback: { type: "integer", title: "Rows looked back" } } },
  },
};

export const form = formOf(schema);
