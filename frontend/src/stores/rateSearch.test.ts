import { afterEach, expect, test, vi } from "vitest";
import type { FoundRate } from "../api/types";
import { openDocument } from "./editor";
import { chain } from "./graph/testing";
import { findRate, useFoundRates } from "./rateSearch";

const blank = { graph: chain, dataset: null, recipe: null, settings: {}, updated: "", created: "" };
const settings = { epochs: 20 };
const rate = (suggestion: number): FoundRate => ({
  suggestion,
  steps: 200,
  regardless: [],
  figure: { data: [], layout: {} },
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  useFoundRates.setState({}, true);
  sessionStorage.clear();
});

const answer = (...lines: object[]) =>
  vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));

async function found(project: number, suggestion: number): Promise<void> {
  openDocument({ ...blank, id: project, name: "P", dataset_name: "" });
  answer({ progress: 0.2 }, { progress: 0.6 }, { result: rate(suggestion) });
  await findRate(settings);
}

/** What a reload would find, by project. */
const kept = () => Object.keys(JSON.parse(sessionStorage.getItem("netloom.rates") ?? "{}").state ?? {});

test("what was found is written when it is found, not with every step of a search", async () => {
  const write = vi.spyOn(Storage.prototype, "setItem");
  openDocument({ ...blank, id: 1, name: "P", dataset_name: "" });
  answer({ progress: 0.2 }, { progress: 0.6 }, { progress: 0.9 }, { result: rate(0.01) });
  await findRate(settings);
  expect(write).toHaveBeenCalledTimes(1);
  expect(kept()).toEqual(["1"]);
});

test("a browser without room for all keeps what was found last", async () => {
  await found(2, 0.01);
  const room = 1.5 * (sessionStorage.getItem("netloom.rates")?.length ?? 0);
  const write = Storage.prototype.setItem;
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(function (this: Storage, name, value) {
    if (value.length > room) throw new DOMException("full", "QuotaExceededError");
    write.call(this, name, value);
  });
  vi.setSystemTime(Date.now() + 1000);
  await found(1, 0.02);
  expect(kept()).toEqual(["1"]);
  expect(Object.keys(useFoundRates.getState())).toEqual(["1", "2"]);
});
