import { expect, test } from "vitest";
import { reads } from "./formula";

test("a formula reads the columns it names, in letters of any language", () => {
  for (const name of ["größe", "цена", "面积", "_x2"]) {
    expect(reads(`log(${name}) * 2`, name)).toBe(true);
    expect(reads(`log(${name}n) * 2`, name)).toBe(false);
  }
  expect(reads("größe * 2", "gr")).toBe(false);
  expect(reads("`Preis in €` / 2", "Preis in €")).toBe(true);
  expect(reads("city == 'größe'", "größe")).toBe(false);
});
