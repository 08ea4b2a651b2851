import { expect, test } from "vitest";
import { smooth } from "./smooth";

test("a constant stays constant from the first value on", () => {
  expect([...smooth(Float64Array.from([3, 3, 3, 3]), 0.9)]).toEqual(
    [3, 3, 3, 3].map((v) => expect.closeTo(v)),
  );
});

test("each value is the weighted mean of those so far", () => {
  const [first, second, third] = smooth(Float64Array.from([1, 2, 6]), 0.5);
  expect(first).toBeCloseTo(1);
  expect(second).toBeCloseTo((0.5 * 1 + 2) / 1.5);
  expect(third).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 6) / 1.75);
});

test("what is no number stays and does not spoil what follows", () => {
  const out = smooth(Float64Array.from([1, Number.NaN, 1]), 0.5);
  expect(out[1]).toBeNaN();
  expect(out[2]).toBeCloseTo(1);
});
