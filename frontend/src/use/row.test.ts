import { expect, test } from "vitest";
import type { ColumnProfile, Dataset, Recipe } from "../api/types";
import { fieldsOf, rowOf, valuesOf } from "./row";

const column = (name: string, more: Partial<ColumnProfile>): ColumnProfile => ({
  name,
  kind: "number",
  type: "integer",
  missing: 0,
  distinct: 2,
  examples: [],
  min: null,
  max: null,
  mean: null,
  std: null,
  top: [],
  ...more,
});
const recipe = {
  kind: "table",
  columns: {
    age: { role: "feature", kind: "number" },
    city: { role: "feature", kind: "category" },
    note: { role: "ignore", kind: "category" },
    income: { role: "target", kind: "category" },
  },
} as unknown as Recipe;
const dataset = {
  columns: [
    column("age", { mean: 38.4 }),
    column("city", {
      type: "text",
      kind: "category",
      distinct: 40,
      top: [
        ["Rome", 3],
        ["Oslo", 1],
      ],
    }),
  ],
} as unknown as Dataset;

test("the form has a field for every feature, with a typical value", () => {
  const fields = fieldsOf(recipe, dataset);
  expect(fields.map((field) => field.name)).toEqual(["age", "city"]);
  expect(fields[0]?.typical).toBe("38");
  expect(fields[1]).toMatchObject({ typical: "Rome", options: ["Rome", "Oslo"], complete: false });
});

test("the form works without the data set", () => {
  expect(fieldsOf(recipe, null).map((field) => field.typical)).toEqual(["", ""]);
});

test("numbers are sent as numbers and empty fields as missing", () => {
  expect(rowOf(fieldsOf(recipe, dataset), { age: " 41.5 ", city: "" })).toEqual({ age: 41.5, city: null });
  expect(rowOf(fieldsOf(recipe, dataset), { age: "many", city: "12" })).toEqual({ age: "many", city: "12" });
});

test("a row of the data becomes texts", () => {
  expect(valuesOf(["age", "city"], [40, null])).toEqual({ age: "40", city: "" });
});

test("of a formula, the columns it reads are asked for", () => {
  const recipe = {
    columns: {
      price: { role: "ignore", kind: "number" },
      "sq m": { role: "ignore", kind: "number" },
      city: { role: "ignore", kind: "category" },
      rooms: { role: "feature", kind: "number" },
      each: { role: "feature", kind: "number", formula: "price / `sq m` + (rooms == 'city')" },
    },
  } as unknown as Recipe;
  expect(fieldsOf(recipe, null).map((field) => field.name)).toEqual(["price", "sq m", "rooms"]);
});
