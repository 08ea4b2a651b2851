import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { logLines } from "./logLines";

const event = (seq: number, type: RunEvent["type"]): RunEvent => ({
  seq,
  type,
  time: "2026-01-01T00:00:00Z",
});
const epochs = (from: number, count: number) =>
  Array.from({ length: count }, (_, place) => event(from + place, "epoch"));

test("a short log is shown whole, newest first", () => {
  expect(logLines([event(1, "started"), event(2, "epoch")], 5).map(({ seq }) => seq)).toEqual([2, 1]);
});

test("what happens seldom is not pushed out by a thousand epochs", () => {
  const log = [event(1, "started"), ...epochs(2, 500), event(502, "log"), ...epochs(503, 500)];
  const shown = logLines(log, 10).map(({ seq }) => seq);
  expect(shown).toEqual([1002, 1001, 1000, 999, 998, 997, 996, 995, 502, 1]);
});

test("without what comes again and again, a restart stands right above what was before it", () => {
  const log = [
    event(1, "started"),
    ...epochs(2, 3),
    event(5, "log"),
    event(6, "checkpoint"),
    ...epochs(7, 3),
  ];
  expect(logLines(log, 10, "seldom").map(({ seq }) => seq)).toEqual([5, 1]);
});
