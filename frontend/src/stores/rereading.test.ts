import { expect, test } from "vitest";
import type { Recipe } from "../api/types";
import { reread } from "./rereading";

const number = { kind: "number", fill: "median", scale: "standard" };
const text = { kind: "category", fill: "own_category", scale: "none" };

function recipe(columns: object, method = "random", input = ["a"]): Recipe {
  return {
    kind: "table",
    columns,
    split: { method, seed: 0 },
    inputs: { features: input },
  } as unknown as Recipe;
}
const before = recipe({
  a: { ...number, role: "feature" },
  b: { ...number, role: "target" },
  y: { ...text, role: "ignore" },
});
const after = recipe(
  { a: { ...number, role: "feature" }, b: { ...number, role: "feature" }, y: { ...number, role: "target" } },
  "random",
  ["a", "b"],
);

test("a recipe nobody has changed becomes the one that is proposed for the new reading", () => {
  expect(reread(before, before, after)).toEqual(after);
});

test("what somebody prepared stays where the new reading changes other columns", () => {
  const mine = recipe({ ...before.columns, a: { ...number, role: "feature", scale: "minmax" } }, "time");
  const { columns, split } = reread(before, mine, after);
  expect(columns.a?.scale).toBe("minmax");
  expect(columns.y).toEqual(after.columns.y);
  expect(columns.b?.role).toBe("feature");
  expect(split).toEqual({ method: "time", seed: 0 });
});

test("a target somebody chose stays the only one", () => {
  const mine = recipe(
    { a: { ...number, role: "target" }, b: { ...number, role: "feature" }, y: { ...text, role: "ignore" } },
    "random",
    ["b"],
  );
  const { columns, inputs } = reread(before, mine, after);
  expect([columns.a?.role, columns.b?.role, columns.y?.role]).toEqual(["target", "feature", "feature"]);
  expect(columns.y?.kind).toBe("number");
  expect(inputs).toEqual({ features: ["b"] });
});

test("a column already said to be a number and the target is so after the cure", () => {
  const mine = recipe({
    a: { ...number, role: "feature" },
    b: { ...number, role: "feature" },
    y: { ...number, role: "target", fill: "mean" },
  });
  expect(reread(before, mine, after).columns.y).toEqual({ ...number, role: "target", fill: "mean" });
});

test("other columns bring the proposed recipe as a whole", () => {
  const other = recipe({ q: { ...number, role: "target" } });
  const mine = recipe({ ...before.columns, a: { ...number, role: "ignore" } });
  expect(reread(before, mine, other)).toBe(other);
});
