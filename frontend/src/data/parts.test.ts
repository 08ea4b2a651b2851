import { expect, test } from "vitest";
import type { ColumnProfile, Recipe } from "../api/types";
import { parts } from "./parts";

const column = (name: string, missing: number, top: [string, number][] = []) =>
  ({ name, missing, top, distinct: top.length }) as unknown as ColumnProfile;

function recipe(method: string, fill = "median"): Recipe {
  return {
    format: 1,
    kind: "table",
    columns: {
      size: { role: "feature", kind: "number", fill, encode: "none", scale: "standard" },
      verdict: { role: "target", kind: "category", fill: "drop", encode: "index", scale: "none" },
    },
    inputs: { features: ["size"] },
    split: { method, train: 0.7, validation: 0.15, test: 0.15, seed: 0 },
  };
}

test("a stratified split deals each class by itself", () => {
  const columns = [
    column("size", 0),
    column("verdict", 0, [
      ["benign", 357],
      ["malignant", 212],
    ]),
  ];
  expect(parts(recipe("stratified"), columns, 569)).toEqual({ rows: [397, 86, 86], about: false });
});

test("rows without a target are left out before dealing", () => {
  const columns = [column("size", 0), column("verdict", 69)];
  expect(parts(recipe("random"), columns, 169)).toEqual({ rows: [70, 15, 15], about: false });
});

test("halves are rounded to even, and every part has a row", () => {
  expect(parts(recipe("random"), [], 10).rows).toEqual([6, 2, 2]);
  expect(parts(recipe("random"), [], 30).rows).toEqual([22, 4, 4]);
  expect(parts(recipe("random"), [], 3).rows).toEqual([1, 1, 1]);
  expect(parts(recipe("random"), [], 2).rows).toBeNull();
});

test("it says about where gaps overlap or not all classes are listed", () => {
  const gaps = [column("size", 5), column("verdict", 5)];
  expect(parts(recipe("random", "drop"), gaps, 100).about).toBe(true);
  expect(parts(recipe("stratified"), [column("verdict", 0, [["a", 10]])], 100).about).toBe(true);
});

test("it says about where times, groups or rows that repeat decide, and nothing where a column does", () => {
  expect(parts(recipe("time"), [], 100)).toEqual({ rows: [70, 15, 15], about: true });
  expect(parts({ ...recipe("random"), duplicates: "sum" }, [], 100).about).toBe(true);
  expect(parts(recipe("column"), [], 100).rows).toBeNull();
});
