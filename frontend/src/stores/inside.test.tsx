import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import type { RunEvent } from "../api/types";
import { useNodeStates, useTrainingOnCanvas } from "./inside";
import { runFeed } from "./run";

vi.mock("./run", async (original) => ({ ...(await original<object>()), followRun: () => () => {} }));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** A server whose first page of runs holds only ones that have ended; run 7, behind them, trains. */
const answers = async (url: unknown) => {
  const training = new URL(String(url), "http://x").searchParams.getAll("state").join() === "running";
  const runs = training ? [{ id: 7, state: "running" }] : [{ id: 90, state: "finished" }];
  return new Response(JSON.stringify({ runs, live: 1 }));
};

test("the canvas shows the run that trains, however many newer ones there are", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(answers);
  const layers = [{ name: "dense_1", gradient: 0.5, size: 8, units: 4 }];
  runFeed(7).append([{ seq: 1, type: "layers", time: "", layers, remarks: [] } as unknown as RunEvent]);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
  );
  const { unmount } = renderHook(() => useTrainingOnCanvas(1), { wrapper });
  await act(() => vi.waitFor(() => expect([...useNodeStates.getState().byNode.keys()]).toEqual(["dense_1"])));
  unmount();
  expect(useNodeStates.getState().byNode.size).toBe(0);
});
