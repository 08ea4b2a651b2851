import { expect, test } from "vitest";
import { Speed, timeLeft, transfer } from "./timeLeft";
import { cell, words } from "./words";

test("time left is said in the largest fitting unit", () => {
  expect(timeLeft(0.4)).toBe("less than a second left");
  expect(timeLeft(41.2)).toBe("41 s left");
  expect(timeLeft(130)).toBe("2 min left");
  expect(timeLeft(3900)).toBe("1 h 05 min left");
  expect(timeLeft(null)).toBe("");
  expect(timeLeft(Number.NaN)).toBe("");
});

test("speed is that of the last seconds, unknown at first", () => {
  const speed = new Speed(1000);
  speed.mark(0, 0);
  expect(speed.perSecond).toBeNull();
  speed.mark(1_000, 500);
  speed.mark(11_000, 1_500);
  expect(speed.perSecond).toBe(10_000);
});

test("a transfer says how much, how fast and how long", () => {
  expect(transfer(20_000_000, 80_000_000, 10_000_000)).toBe("20.0 MB of 80.0 MB, 10.0 MB/s, 6 s left");
  expect(transfer(0, 500, null)).toBe("0 B of 500 B");
});

test("keys become words and missing cells a dash", () => {
  expect(words("validation_loss")).toBe("Validation loss");
  expect(cell(null)).toBe("—");
  expect(cell(0.1 + 0.2)).toBe("0.3");
  expect(cell(1001)).toBe("1001");
});
