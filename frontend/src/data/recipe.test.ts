import { expect, test } from "vitest";
import type { Recipe } from "../api/types";
import { mended } from "../stores/rereading";
import {
  canStratify,
  canTogether,
  counted,
  cutShare,
  features,
  setCutShare,
  setDeciding,
  setField,
  setKind,
  setMethod,
  setOnlyTarget,
  setParts,
  setRole,
  setSeries,
  setShares,
  setTogether,
  targets,
} from "./recipe";
import { form } from "./testing";

const recipe: Recipe = {
  format: 1,
  kind: "table",
  columns: {
    age: { role: "feature", kind: "number", fill: "mean", encode: "none", scale: "minmax" },
    city: { role: "feature", kind: "category", fill: "own_category", encode: "one_hot", scale: "none" },
    income: { role: "target", kind: "category", fill: "drop", encode: "index", scale: "none" },
  },
  inputs: { features: ["age", "city"] },
  split: { method: "stratified", train: 0.7, validation: 0.15, test: 0.15, seed: 0 },
};

test("the share of the training rows that validates leaves the test share as it is for other methods", () => {
  const column = setCutShare(setMethod(recipe, "column"), 20);
  expect(cutShare(column)).toBe(20);
  expect(column.split.validation).toBeCloseTo(0.17);
  const odd = setMethod(setCutShare(column, 10), "stratified").split;
  expect([odd.train, odd.validation, odd.test]).toEqual([0.77, 0.09, 0.14]);
});

test("a new kind keeps what it can take and gets the usual choice for the rest", () => {
  const changed = setKind(form, setField(recipe, "age", "fill", "most_frequent"), "age", "category");
  expect(changed.columns.age).toEqual({
    role: "feature",
    kind: "category",
    fill: "most_frequent",
    encode: "one_hot",
    scale: "none",
  });
  expect(recipe.columns.age?.kind).toBe("number");
});

test("an ignored column leaves its input", () => {
  expect(setRole(form, recipe, "city", "ignore").inputs).toEqual({ features: ["age"] });
});

test("the only target takes the place of the one before", () => {
  const changed = setOnlyTarget(recipe, "city");
  expect(targets(changed)).toEqual(["city"]);
  expect(features(changed)).toEqual(["age", "income"]);
});

test("a split is stratified only while a target is a category", () => {
  expect(canStratify(recipe)).toBe(true);
  expect(setKind(form, recipe, "income", "number").split.method).toBe("random");
});

test("there and back again, a column has the usual choices, not those it was forced to", () => {
  const city = setKind(form, setKind(form, recipe, "city", "number"), "city", "category");
  expect(city.columns.city).toEqual(recipe.columns.city);
  const age = setKind(form, setKind(form, recipe, "age", "category"), "age", "number");
  expect(age.columns.age).toMatchObject({ encode: "none", scale: "standard" });
});

test("the split is stratified again when the target is a category again", () => {
  const away = setOnlyTarget(recipe, "age");
  expect(away.split.method).toBe("random");
  expect(setOnlyTarget(away, "income").split.method).toBe("stratified");
});

test("a random split that somebody chose stays through changes of the target", () => {
  const chosen = setMethod(recipe, "random");
  const back = setOnlyTarget(setOnlyTarget(chosen, "age"), "income");
  expect(back.split.method).toBe("random");
  setMethod(recipe, "stratified");
});

test("the test set gets what training and validation leave, always summing to one", () => {
  expect(setShares(recipe, 80, 10).split).toMatchObject({ train: 0.8, validation: 0.1, test: 0.1 });
  expect(setShares(recipe, 120, 50).split).toMatchObject({ train: 0.98, validation: 0.01, test: 0.01 });
  expect(setShares(recipe, 60, 90).split).toMatchObject({ train: 0.6, validation: 0.39, test: 0.01 });
});

test("the column that tells the time takes the place of the one before", () => {
  const first = setDeciding(recipe, "age", "time", "date");
  expect(first.columns.age).toMatchObject({ role: "time", kind: "date" });
  expect(first.inputs).toEqual({ features: ["city"] });
  const second = setDeciding(first, "city", "time", "date");
  expect(second.columns.age?.role).toBe("ignore");
  expect(second.columns.city?.role).toBe("time");
});

test("a split by time stays when the target becomes a number", () => {
  const byTime = setMethod(recipe, "time");
  expect(setKind(form, byTime, "income", "number").split.method).toBe("time");
});

test("a column that names the parts is no feature any more", () => {
  const changed = setParts(setMethod(recipe, "column"), "city");
  expect(changed.columns.city?.role).toBe("ignore");
  expect(changed.split).toMatchObject({ method: "column", by: "city" });
});

test("a series is split by time and has an input of its own", () => {
  const series = setSeries(recipe, true);
  expect(series).toMatchObject({ kind: "series", series: {}, inputs: {}, split: { method: "time" } });
  expect(setSeries(series, false)).toMatchObject({ kind: "table", series: null });
});

test("a series keeps all rows, whatever became of those that repeat before", () => {
  expect(setSeries({ ...recipe, duplicates: "sum" }, true).duplicates).toBe("keep");
});

test("a mend changes what it names and nothing else", () => {
  const patch = { columns: { age: { role: "ignore" } }, duplicates: "drop", split: { by: null } };
  const after = mended(recipe, patch);
  expect(after.columns.age).toEqual({ ...recipe.columns.age, role: "ignore" });
  expect(after.columns.city).toEqual(recipe.columns.city);
  expect(after.inputs).toEqual({ features: ["city"] });
  expect(after.duplicates).toBe("drop");
  expect(after.split).toEqual({ ...recipe.split });
});

test("a target keeps no scale that does not lead back to its unit", () => {
  const scaled = setField(recipe, "age", "scale", "quantile");
  expect(setRole(form, scaled, "age", "target").columns.age?.scale).toBe("standard");
  expect(setRole(form, recipe, "age", "target").columns.age?.scale).toBe("minmax");
});

test("values that the recipe takes for one are counted together", () => {
  const top: [string, number][] = [
    ["<=50K", 50],
    ["<=50K.", 30],
    [">50K.", 90],
  ];
  const plan = { role: "target", kind: "category" } as const;
  expect(counted(plan, top)).toBe(top);
  expect(counted({ ...plan, strip: "." }, top)).toEqual([
    [">50K", 90],
    ["<=50K", 80],
  ]);
  expect(
    counted({ ...plan, case: "lower" }, [
      ["Yes", 1],
      ["YES", 2],
    ]),
  ).toEqual([["yes", 3]]);
});

test("targets of one kind can be answered together, and are again apart", () => {
  const two = setRole(form, setKind(form, recipe, "city", "category"), "city", "target");
  const both = Object.keys(two.columns).filter((name) => two.columns[name]?.role === "target");
  expect(both.length).toBeGreaterThan(1);
  expect(canTogether(two)).toBe(both.every((name) => two.columns[name]?.kind === "category"));
  const together = setTogether(two, true);
  expect(Object.values(together.outputs ?? {})).toEqual([both]);
  expect(setTogether(together, false).outputs).toEqual({});
});
