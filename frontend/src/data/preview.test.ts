import { expect, test } from "vitest";
import { AS_UPLOADED, rowsPath } from "../api/rows";
import { nextOrder } from "./Preview";
import { complete } from "./RowFilters";

test("asking for the order of a column again turns it round, then gives it up", () => {
  const once = { ...AS_UPLOADED, ...nextOrder(AS_UPLOADED, "age") };
  const twice = { ...once, ...nextOrder(once, "age") };
  expect([once.sort, once.descending]).toEqual(["age", false]);
  expect([twice.sort, twice.descending]).toEqual(["age", true]);
  expect(nextOrder(twice, "age").sort).toBeNull();
  expect(nextOrder(twice, "fare")).toEqual({ sort: "fare", descending: false });
});

test("a condition without a value keeps every row until one is typed", () => {
  const condition = { column: "age", test: "at_least", value: " " } as const;
  expect(complete([condition, { ...condition, value: "3" }, { ...condition, test: "missing" }])).toHaveLength(
    2,
  );
});

test("the server is told of a view only where there is one", () => {
  expect(rowsPath(7, 0, 50)).toBe("/api/datasets/7/rows/?offset=0&limit=50");
  const path = rowsPath(7, 0, 50, { ...AS_UPLOADED, sort: "age" });
  expect(JSON.parse(new URLSearchParams(path.split("?")[1]).get("view") ?? "")).toMatchObject({
    sort: "age",
  });
});
