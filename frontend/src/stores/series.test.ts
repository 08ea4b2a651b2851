import { expect, test } from "vitest";
import { seriesOf, withDetail } from "./series";

const points = (x: number[]) => seriesOf({ x, y: x, low: x, high: x, at: x });

test("a stretch in more detail takes the place of what it covers", () => {
  const merged = withDetail(points([10, 20, 30, 40]), points([15, 18, 21, 24, 30]));
  expect([...merged.x.view()]).toEqual([10, 15, 18, 21, 24, 30, 40]);
  expect([...merged.at.view()]).toEqual([...merged.x.view()]);
});

test("without any detail a curve stays as it is", () => {
  const series = points([1, 2]);
  expect(withDetail(series, points([]))).toBe(series);
});
