import { expect, test } from "vitest";
import { neverStops } from "./patience";

test("a patience that a run cannot wear out is said to never stop it early", () => {
  expect(neverStops(25, 20)).toBe("Patience 25 is longer than the run: with 20 epochs it never stops early.");
  expect(neverStops(20, 20)).toBe("With patience 20 and 20 epochs it never stops early.");
  expect(neverStops(19, 20)).toBe("With patience 19 and 20 epochs it never stops early.");
  expect(neverStops(18, 20)).toBeNull();
});

test("epochs that are not watched count too", () => {
  expect(neverStops(10, 20, 8)).toBeNull();
  expect(neverStops(10, 20, 9)).toBe("Watched after epoch 9, a run of 20 epochs never stops early.");
});
