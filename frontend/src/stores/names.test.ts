import { expect, test } from "vitest";
import { freeName, isUnnamed, NEW_PROJECT } from "./names";

test("it keeps a name that is free", () => {
  expect(freeName("Digits", ["Iris"])).toBe("Digits");
});

test("it numbers a name that is taken", () => {
  expect(freeName("Digits", ["Digits", "Digits 2"])).toBe("Digits 3");
});

test("a project that nobody named is known as such", () => {
  expect([NEW_PROJECT, "New project 7", "New projects", "Iris"].map(isUnnamed)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
