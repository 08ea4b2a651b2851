import { expect, test } from "vitest";
import type { ColumnProfile, Recipe } from "../api/types";
import { baselines } from "./baselines";

const column = (name: string, top: [string, number][], distinct = top.length) =>
  ({ name, top, distinct }) as unknown as ColumnProfile;
const recipe = (kind: string) =>
  ({
    columns: { repaid: { role: "target", kind }, city: { role: "feature", kind: "category" } },
  }) as unknown as Recipe;
const repaid: [string, number][] = [
  ["no", 55],
  ["yes", 45],
];

test("the most frequent class is guessed for a target that is a category", () => {
  const columns = [column("repaid", repaid), column("city", [["Lyon", 100]])];
  expect(baselines(recipe("category"), columns)).toEqual([{ target: "", guess: "no", share: 0.55 }]);
});

test("nothing is said of a number, nor where not all classes are counted", () => {
  expect(baselines(recipe("number"), [column("repaid", repaid)])).toEqual([]);
  expect(baselines(recipe("category"), [column("repaid", repaid, 30)])).toEqual([]);
});
