import { expect, test } from "vitest";
import { NEWEST } from "../../api/runs";
import { readQuery, writeQuery } from "./query";

const nothing = { find: null, tags: null, states: null, sort: null, by: null, from: null };

test("an address without a query asks for the newest runs, and they leave nothing in it", () => {
  expect(readQuery(nothing)).toEqual(NEWEST);
  expect(writeQuery(NEWEST)).toEqual(nothing);
});

test("what was asked for comes back from the address", () => {
  const query = {
    ...NEWEST,
    q: "wide net",
    tags: ["a, b", "ü"],
    states: ["failed" as const],
    sort: "best" as const,
    measure: "price_mae",
    descending: false,
    offset: 50,
  };
  expect(readQuery(writeQuery(query))).toEqual(query);
});

test("what makes no sense in an address is passed over", () => {
  expect(readQuery({ ...nothing, sort: "-secret", states: "lost", from: "-5" })).toEqual(NEWEST);
  expect(readQuery({ ...nothing, tags: "t".repeat(41) })).toEqual(NEWEST);
  expect(readQuery({ ...nothing, find: "f".repeat(300) }).q).toHaveLength(200);
});

test("what is mistyped or cut off in an address stands for itself", () => {
  expect(readQuery({ ...nothing, tags: "50%,a%20b", states: "%" })).toEqual({
    ...NEWEST,
    tags: ["50%", "a b"],
  });
});
