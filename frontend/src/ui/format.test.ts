import { expect, test } from "vitest";
import { ago, bytes, count, decimal, duration, percent, plural, shape } from "./format";

test("numbers read as people write them", () => {
  expect(count(261018)).toBe("261,018");
  expect(plural(1, "layer")).toBe("1 layer");
  expect(plural(12000, "layer")).toBe("12,000 layers");
  expect([0.21394, 12.346, 0.000081, 184200, 0, null].map(decimal)).toEqual([
    "0.2139",
    "12.35",
    "8.1e-5",
    "184,200",
    "0",
    "—",
  ]);
  expect(percent(0.9143)).toBe("91.4%");
});

test("durations and ages use one unit or two", () => {
  expect([0.84, 41.2, 108, 7500].map(duration)).toEqual(["0.8 s", "41 s", "1 m 48 s", "2 h 05 m"]);
  expect(ago(1_000, 3_500)).toBe("2 s ago");
  expect(ago(0, 180_000)).toBe("3 min ago");
});

test("sizes and shapes", () => {
  expect([512, 4_300, 1_200_000_000].map(bytes)).toEqual(["512 B", "4.3 kB", "1.2 GB"]);
  expect(shape([28, 28, 1])).toBe("28×28×1");
});
