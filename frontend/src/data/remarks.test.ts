import { expect, test } from "vitest";
import type { Problem, Recipe } from "../api/types";
import { holding, unsaid } from "./remarks";

const remark = (message: string, where: Problem["where"], code = "some"): Problem => ({
  code,
  message,
  where,
});

test("what the message names is not listed once more", () => {
  const files = [{ name: "a/1.png", reason: "it is damaged" }];
  expect(unsaid(remark("1 file could not be used (a/1.png: it is damaged).", { files }))).toEqual([]);
  expect(unsaid(remark("1 file could not be used.", { files }))).toEqual(["a/1.png (it is damaged)"]);
});

test("more lines than the message names are listed, all of them", () => {
  const message = "3 lines could not be used (line 4, 7, …); 40 rows could.";
  expect(unsaid(remark(message, { lines: [4, 7, 40, 41] }))).toEqual(["4", "7", "40", "41"]);
  expect(unsaid(remark(message, { rows: 3 }))).toEqual([]);
});

test("a remark on a column left out goes once it has a role", () => {
  const left = remark("The column 'id' is left out.", { column: "id" }, "column_ignored");
  const recipe = (role: string) => ({ columns: { id: { role, kind: "number" } } }) as unknown as Recipe;
  expect(holding([left], recipe("ignore"))).toEqual([left]);
  expect(holding([left], recipe("feature"))).toEqual([]);
});
