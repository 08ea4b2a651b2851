import { expect, test } from "vitest";
import { Series } from "../stores/series";
import { buckets, evened, hasRange, visible } from "./bands";

const wave = (length: number) => {
  const y = Float64Array.from({ length }, (_, place) => Math.sin(place / 50));
  return { x: Float64Array.from({ length }, (_, place) => place), y, low: y.slice(), high: y.slice() };
};

test("few points stay as they are", () => {
  const band = wave(500);
  expect(buckets(band)).toBe(band);
  expect(hasRange(band)).toBe(false);
});

test("many points become a thousand, in order, with both ends", () => {
  const few = buckets(wave(100_000));
  expect(few.x.length).toBe(1000);
  expect(few.x[0]).toBe(0);
  expect(few.x.at(-1)).toBe(99_999);
  expect([...few.x]).toEqual([...few.x].sort((a, b) => a - b));
});

test("a single peak survives in the band, and the line is the mean", () => {
  const band = wave(50_000);
  band.y[31_234] = 99;
  band.high[31_234] = 99;
  const few = buckets(band, 100);
  expect(Math.max(...few.high)).toBe(99);
  expect(Math.max(...few.y)).toBeLessThan(1.5);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(few.y.subarray(1, 99))).toBeCloseTo(mean(band.y.subarray(1, 49_999)), 1);
});

test("what is in sight begins one point before and ends one point after", () => {
  const x = Float64Array.from([1, 2, 3, 4, 5]);
  expect(visible(x, 2.5, 3.5)).toEqual([1, 4]);
  expect(visible(x, 0, 9)).toEqual([0, 5]);
  expect(visible(x, 8, 9)).toEqual([4, 5]);
});

const curve = (...points: [number, number][]) => {
  const series = new Series();
  for (const [x, y] of points) series.push(x, y);
  return series;
};

test("a point that stands for few steps is weighed by them, and its value stays in the range", () => {
  const paused = curve([100, 5], [200, 4], [204, 0], [300, 4], [400, 3], [500, 3], [502, 9]);
  const even = evened(paused);
  expect([...even.x.view()]).toEqual([100, 200, 300, 400, 502]);
  expect(even.y.view()[2]).toBeCloseTo((4 * 0 + 96 * 4) / 100, 10);
  expect(even.low.view()[2]).toBe(0);
  expect(even.y.view().at(-1)).toBeCloseTo((100 * 3 + 2 * 9) / 102, 10);
});

test("points that all stand for about as many steps stay, also where a run grows faster", () => {
  const steady = curve([10, 5], [20, 4], [32, 3], [40, 2], [50, 1]);
  expect(evened(steady)).toBe(steady);
  const faster = curve(
    ...Array.from({ length: 40 }, (_, n): [number, number] => [n < 20 ? n : n * 50 - 980, n]),
  );
  expect(evened(faster).x.length).toBeGreaterThan(34);
});
