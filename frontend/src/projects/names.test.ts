import { expect, test } from "vitest";
import { freeName } from "./names";

test("it keeps a name that is free", () => {
  expect(freeName("Digits", ["Iris"])).toBe("Digits");
});

test("it numbers a name that is taken", () => {
  expect(freeName("Digits", ["Digits", "Digits 2"])).toBe("Digits 3");
});
