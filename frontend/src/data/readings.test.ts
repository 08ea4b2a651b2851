import { expect, test } from "vitest";
import type { FileReading } from "../api/types";
import { choicesOf, fieldsOf, shown, wish } from "./readings";

const reading: FileReading = {
  format: "csv",
  separator: ";",
  header: true,
  skip: 2,
  thousands: "",
  missing: ["", "na", "?"],
};

test("a field shows what is wished, else what was found", () => {
  expect(shown("separator", reading, {})).toBe(";");
  expect(shown("separator", reading, { separator: "," })).toBe(",");
  expect(shown("header", reading, {})).toBe("true");
  expect(shown("skip", reading, {})).toBe("2");
  expect(shown("thousands", reading, {})).toBe("");
  expect(shown("missing", reading, {})).toBe("na ?");
  expect(shown("encoding", reading, {})).toBeNull();
  expect(shown("separator", null, {})).toBeNull();
});

test("a wish is added in the type the server wants, and taken back", () => {
  expect(wish({}, "header", "false")).toEqual({ header: false });
  expect(wish({ header: false }, "skip", "3")).toEqual({ header: false, skip: 3 });
  expect(wish({}, "missing", " na  ? ")).toEqual({ missing: ["na", "?"] });
  expect(wish({ header: false, quote: "'" }, "quote", "")).toEqual({ header: false, quote: "" });
  expect(wish({ header: false, quote: "'" }, "quote", null)).toEqual({ header: false });
});

test("each format has its own fields, and pictures have none", () => {
  expect(fieldsOf(reading)).toContain("separator");
  expect(fieldsOf({ format: "excel" })).toEqual(["sheet", "header", "skip", "missing"]);
  expect(fieldsOf({ format: "pictures" })).toEqual([]);
  expect(fieldsOf(null)).toContain("separator");
});

test("what was found is always among the choices", () => {
  expect(choicesOf("separator", reading, "~")?.map(({ value }) => value)).toContain("~");
  expect(choicesOf("sheet", { format: "excel", sheets: ["A", "B"] }, "A")).toHaveLength(2);
  expect(choicesOf("comment", reading, "#")).toBeNull();
});
