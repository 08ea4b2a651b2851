import { expect, test } from "vitest";
import { decimate } from "./decimate";

const wave = (length: number) => ({
  x: Float64Array.from({ length }, (_, place) => place),
  y: Float64Array.from({ length }, (_, place) => Math.sin(place / 50)),
});

test("few points stay as they are", () => {
  const { x, y } = wave(500);
  expect(decimate(x, y).x).toEqual(x);
});

test("many points become at most a thousand, in order, with both ends", () => {
  const { x, y } = wave(100_000);
  const few = decimate(x, y);
  expect(few.x.length).toBeLessThanOrEqual(1000);
  expect(few.x[0]).toBe(0);
  expect(few.x.at(-1)).toBe(99_999);
  expect([...few.x]).toEqual([...few.x].sort((a, b) => a - b));
});

test("a single peak survives", () => {
  const { x, y } = wave(50_000);
  y[31_234] = 99;
  expect(Math.max(...decimate(x, y, 100).y)).toBe(99);
});
