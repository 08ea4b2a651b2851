import { expect, test } from "vitest";
import type { Recipe } from "../api/types";
import {
  canStratify,
  features,
  setField,
  setKind,
  setMethod,
  setOnlyTarget,
  setRole,
  setShares,
  targets,
} from "./recipe";

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

test("a new kind keeps what it can take and gets the usual choice for the rest", () => {
  const changed = setKind(setField(recipe, "age", "fill", "most_frequent"), "age", "category");
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
  expect(setRole(recipe, "city", "ignore").inputs).toEqual({ features: ["age"] });
});

test("the only target takes the place of the one before", () => {
  const changed = setOnlyTarget(recipe, "city");
  expect(targets(changed)).toEqual(["city"]);
  expect(features(changed)).toEqual(["age", "income"]);
});

test("a split is stratified only while a target is a category", () => {
  expect(canStratify(recipe)).toBe(true);
  expect(setKind(recipe, "income", "number").split.method).toBe("random");
});

test("there and back again, a column has the usual choices, not those it was forced to", () => {
  const city = setKind(setKind(recipe, "city", "number"), "city", "category");
  expect(city.columns.city).toEqual(recipe.columns.city);
  const age = setKind(setKind(recipe, "age", "category"), "age", "number");
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
