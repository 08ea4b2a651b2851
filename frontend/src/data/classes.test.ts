import { expect, test } from "vitest";
import type { Json } from "../api/types";
import { findOfClass } from "./classes";

const rows: Json[][] = Array.from({ length: 2500 }, (_, index) => [
  index,
  `${index}.png`,
  index % 2 ? "odd" : "even",
]);
const paths: string[] = [];
const read = async (path: string) => {
  paths.push(path);
  const offset = Number(new URLSearchParams(path.split("?")[1]).get("offset"));
  return { columns: [], rows: rows.slice(offset, offset + 1000), total: rows.length };
};

test("it finds a page of one class and reads no further than it must", async () => {
  const found = await findOfClass({ dataset: 1, wanted: "odd", skip: 10, take: 5, read });
  expect(found.map((row) => row[0])).toEqual([21, 23, 25, 27, 29]);
  expect(paths).toHaveLength(1);
});

test("the last page of a class ends with the data set", async () => {
  const found = await findOfClass({ dataset: 1, wanted: "even", skip: 1248, take: 48, read });
  expect(found.map((row) => row[0])).toEqual([2496, 2498]);
});
