import { afterEach, expect, test, vi } from "vitest";
import type { FoundRate } from "../api/types";
import { openDocument } from "./editor";
import { chain } from "./graph/testing";
import { dropRate, findRate, recallRate, useFoundRates } from "./rateSearch";

const blank = { graph: chain, dataset: null, recipe: null, settings: {}, updated: "", created: "" };
const settings = { epochs: 20 };
const found: FoundRate = { suggestion: 0.01, steps: 200, regardless: [], figure: { data: [], layout: {} } };

afterEach(() => {
  vi.restoreAllMocks();
  useFoundRates.setState({}, true);
});

/** What is sent to the server, as method, address and body; a search finds its rate in three lines. */
function serve(kept: object | null = null) {
  const lines = [{ progress: 0.2 }, { progress: 0.6 }, { result: found }];
  const sent: [string | undefined, string, string?][] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, options) => {
    sent.push([options?.method, String(url), options?.body as string | undefined]);
    if (url === "/api/rates/find/")
      return new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return options?.method === "GET" ? Response.json({ kept }) : new Response(null, { status: 204 });
  });
  return sent;
}

test("what was found is kept with its project, once and with what was asked", async () => {
  openDocument({ ...blank, id: 1, name: "P", dataset_name: "" });
  const sent = serve();
  await findRate(settings);
  const [, last, ...more] = sent;
  expect([last?.[0], last?.[1], more]).toEqual(["POST", "/api/projects/1/rate/", []]);
  expect(JSON.parse(last?.[2] ?? "")).toMatchObject({ found, asked: { settings, dataset: null } });
});

test("a project is asked about once, and a search that has found meanwhile is newer", async () => {
  const older = { asked: { settings }, found: { ...found, suggestion: 0.5 } };
  const sent = serve(older);
  await recallRate(2);
  await recallRate(2);
  expect(sent).toHaveLength(1);
  expect(useFoundRates.getState()[2]?.found.suggestion).toBe(0.5);
  dropRate(2); // gone with its project, without another request
  const recalled = recallRate(2);
  useFoundRates.setState({ 2: { asked: older.asked, found } as never });
  await recalled;
  expect(useFoundRates.getState()[2]?.found.suggestion).toBe(0.01);
  expect(sent).toHaveLength(2);
});
