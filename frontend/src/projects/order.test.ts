import { expect, test } from "vitest";
import { newestFirst } from "./order";

test("the project changed last comes first, whatever the form of its time", () => {
  const rows = [
    { id: 1, updated: "2026-01-01T10:00:00Z" },
    { id: 2, updated: "2026-01-01T12:30:00+02:00" },
    { id: 3, updated: "2025-12-31T23:00:00.5Z" },
  ];
  expect(newestFirst(rows).map((row) => row.id)).toEqual([2, 1, 3]);
});
