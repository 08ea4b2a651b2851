import { expect, test } from "vitest";
import { sparkPath, thinned } from "./spark";

test("the largest value is at the top, the smallest at the bottom", () => {
  expect(sparkPath([1, 3, 2], 20, 10)).toBe("M0 10L10 0L20 5");
});

test("by logarithms a tenth of a tenth lies as far below as a tenth", () => {
  expect(sparkPath([1, 0.1, 0.01], 20, 10, true)).toBe("M0 0L10 5L20 10");
});

test("one value, or always the same, is a line in the middle", () => {
  expect(sparkPath([7], 20, 10)).toBe("M0 5H20");
  expect(sparkPath([7, 7], 20, 10)).toBe("M0 5L20 5");
});

test("of many values the first and the last stay", () => {
  const few = thinned(
    Float64Array.from({ length: 1000 }, (_, place) => place),
    10,
  );
  expect(few.length).toBe(10);
  expect([few[0], few.at(-1)]).toEqual([0, 999]);
});
