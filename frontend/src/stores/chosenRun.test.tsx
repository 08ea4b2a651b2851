import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { NEWEST } from "../api/runs";
import type { Run } from "../api/types";
import { setSearch } from "../ui/router";
import { hasModel, useChosenRun } from "./chosenRun";
import { useRemoving } from "./removing";

const told = vi.hoisted(() => vi.fn());
vi.mock("../ui/notify", () => ({ tellWarning: told }));

const run = (id: number, number: number) => ({
  id,
  number,
  project: 1,
  name: `Run ${number}`,
  state: "finished",
});
const missing = { error: { code: "not_found", message: "There is no such run." } };

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  told.mockClear();
  setSearch({ run: null });
  useRemoving.setState({ keys: new Set() });
});

const SAID = [
  "It was deleted, or the link is wrong. Run 2 is shown instead.",
  "That run is not in this project",
] as const;

/** A project of which two runs are listed, asked for a run by the address. */
async function open(asked: number, elsewhere: object, status = 200, total = 60) {
  return (await chosen(asked, elsewhere, { status, total })).run;
}

/** What a page that takes runs by `fits` gets. */
async function chosen(
  asked: number,
  elsewhere: object,
  { status = 200, total = 60, fits = (_: Run): boolean => true },
) {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) =>
    String(url).startsWith("/api/projects/1/runs/")
      ? new Response(JSON.stringify({ runs: [run(4, 1), run(6, 2)], total }))
      : new Response(JSON.stringify(elsewhere), { status }),
  );
  setSearch({ run: asked });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useChosenRun(1, NEWEST, fits), { wrapper });
  await act(() => vi.waitFor(() => expect(result.current.runs).toBeDefined()));
  return result.current;
}

test("a link to a run that was deleted says so, and the address names the run that is shown", async () => {
  expect((await open(5, missing, 404))?.number).toBe(2);
  expect(told).toHaveBeenCalledExactlyOnceWith(...SAID);
  expect(window.location.search).toBe("?run=6");
});

test("a run that is not on the page of the list is shown without a word", async () => {
  expect((await open(3, run(3, 9)))?.number).toBe(9);
  expect(told).not.toHaveBeenCalled();
});

test("a link to a run of another project says so", async () => {
  expect((await open(3, { ...run(3, 9), project: 2 }))?.number).toBe(2);
  expect(told).toHaveBeenCalledExactlyOnceWith(...SAID);
});

test("where all runs are listed, the server is not asked for one that is not among them", async () => {
  expect((await open(5, missing, 404, 2))?.number).toBe(2);
  expect(told).toHaveBeenCalledExactlyOnceWith(...SAID);
  expect(vi.mocked(fetch).mock.calls.map(([url]) => url)).not.toContain("/api/runs/5/");
});

test("where a run without a model is asked for, it is said which one is shown for it", async () => {
  const failed = await chosen(3, { ...run(3, 9), state: "failed" }, { fits: hasModel });
  expect([failed.run?.number, failed.note]).toEqual([2, "Run 9 has left no model; that of run 2 is shown."]);
  cleanup();
  const training = await chosen(3, { ...run(3, 9), state: "running" }, { fits: hasModel });
  expect(training.note).toBe("Run 9 has no model yet; that of run 2 is shown.");
  cleanup();
  expect((await chosen(3, run(3, 9), { fits: hasModel })).note).toBeNull();
});

test("who deletes the run that is shown is not told that it is gone", async () => {
  useRemoving.setState({ keys: new Set(["run:5"]) });
  expect((await open(5, missing, 404))?.number).toBe(2);
  expect(told).not.toHaveBeenCalled();
});
