import { expect, test } from "vitest";
import { readFolded, writeFolded } from "./panels";

test("folding a panel writes it into the address, unfolding takes it out", () => {
  expect(readFolded(null)).toEqual([]);
  expect(writeFolded([], "log")).toBe("log");
  expect(writeFolded(["log"], "inside")).toBe("inside,log");
  expect(writeFolded(["log"], "log")).toBeNull();
  expect(readFolded("log,nonsense,inside")).toEqual(["inside", "log"]);
});
