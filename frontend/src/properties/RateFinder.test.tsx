import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Settings } from "../api/types";
import { changeDocument, closeDocument, openDocument } from "../stores/editor";
import { useFoundRates, useRateSearches } from "../stores/rateSearch";
import { RateFinder } from "./RateFinder";

vi.mock("../ui/Figure", () => ({ Figure: ({ label }: { label: string }) => <div>{label}</div> }));

const node = { id: "a", type: "Input", config: {}, shares: null, position: { x: 0, y: 0 } };
const graph = { format: 1, nodes: [node], edges: [] };
const blank = {
  id: 1,
  name: "P",
  graph,
  dataset: 3,
  recipe: null,
  settings: {},
  updated: "",
  created: "",
  dataset_name: "",
};

vi.mock("../api/queries", async (original) => ({
  ...(await original<typeof import("../api/queries")>()),
  useDataset: () => ({ data: undefined }),
}));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  useRateSearches.setState({}, true);
  useFoundRates.setState({}, true);
});

/** A server whose lines come when the test says so. */
function answering(): {
  say: (line: object) => Promise<void>;
  end: () => Promise<void>;
  signal: () => AbortSignal;
} {
  let sent: ReadableStreamDefaultController<Uint8Array> | undefined;
  let asked: AbortSignal | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      sent = controller;
    },
  });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, options) => {
    if (url !== "/api/rates/find/") return Response.json({ kept: null });
    asked = options?.signal ?? undefined;
    asked?.addEventListener("abort", () => sent?.error(new DOMException("gone", "AbortError")));
    return new Response(body);
  });
  const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));
  return {
    say: async (line) => {
      sent?.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
      await settle();
    },
    end: async () => {
      sent?.close();
      await settle();
    },
    signal: () => asked as AbortSignal,
  };
}

function open(project = 1) {
  openDocument({ ...blank, id: project });
  const used = show();
  fireEvent.click(screen.getByRole("button", { name: "Find a learning rate" }));
  return used;
}

const SETTINGS = { epochs: 20, batch_size: 128, optimizer: { type: "Adam", learning_rate: 0.001 } };

/** The tab is opened, with these settings in its form. */
function show(settings: Settings = SETTINGS): number[] {
  const used: number[] = [];
  render(
    <MantineProvider>
      <RateFinder settings={settings} onUse={(rate) => used.push(rate)} />
    </MantineProvider>,
  );
  return used;
}

const figure = { data: [], layout: {} };
const result = { suggestion: 0.0061, steps: 200, regardless: ["epochs", "optimizer.learning_rate"], figure };

test("what is found is shown, and used with one click", async () => {
  const server = answering();
  const used = open();
  await server.say({ progress: 0.5 });
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("50");
  await server.say({ result });
  expect(screen.getByText("Loss by learning rate")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Use 0.0061" }));
  expect(used).toEqual([0.0061]);
  expect(screen.queryByText("Loss by learning rate")).toBeNull();
});

test("a search can be cancelled, and the server hears of it", async () => {
  const server = answering();
  open();
  await server.say({ progress: 0.2 });
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await act(() => new Promise((done) => setTimeout(done, 20)));
  expect(server.signal().aborted).toBe(true);
  expect(screen.getByRole("button", { name: "Find a learning rate" })).toBeDefined();
});

test("where the loss falls at no rate that is said", async () => {
  const server = answering();
  open();
  await server.say({ result: { ...result, suggestion: null } });
  expect(screen.getByText(/falls at no rate/)).toBeDefined();
  expect(screen.queryByRole("button", { name: /^Use/ })).toBeNull();
});

test("a search that breaks off leaves the button", async () => {
  const server = answering();
  open();
  await server.end();
  expect(screen.getByRole("button", { name: "Find a learning rate" })).toBeDefined();
});

test("a search goes on while its tab is left, and what it found stays there", async () => {
  const server = answering();
  open();
  await server.say({ progress: 0.2 });
  cleanup();
  await server.say({ progress: 0.5 });
  expect(server.signal().aborted).toBe(false);
  show();
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("50");
  await server.say({ result });
  cleanup();
  const used = show();
  expect(screen.getByText("Loss by learning rate")).toBeDefined();
  expect(screen.queryByRole("status")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Use 0.0061" }));
  expect(used).toEqual([0.0061]);
});

test("a rate that was found belongs to its project", async () => {
  const server = answering();
  open();
  await server.say({ result });
  cleanup();
  closeDocument();
  openDocument({ ...blank, id: 2 });
  show();
  expect(screen.queryByText("Loss by learning rate")).toBeNull();
});

test("a rate found for what has changed since says so; places and the rate itself do not count", async () => {
  const server = answering();
  open();
  await server.say({ result });
  act(() => changeDocument({ graph: { ...graph, nodes: [{ ...node, position: { x: 9, y: 9 } }] } }));
  expect(screen.queryByRole("status")).toBeNull();
  cleanup();
  show({ ...SETTINGS, epochs: 40, optimizer: { type: "Adam", learning_rate: 0.0061 } });
  expect(screen.queryByRole("status")).toBeNull();
  act(() => changeDocument({ graph: { ...graph, nodes: [{ ...node, id: "b" }] }, dataset: 4 }));
  expect(screen.getByRole("status").textContent).toMatch(/^Out of date: the network and the data changed/);
  act(() => changeDocument({ graph, dataset: 3 }));
  cleanup();
  show({ ...SETTINGS, batch_size: 16 });
  expect(screen.getByRole("status").textContent).toMatch(/^Out of date: the settings changed/);
});

test("what was found in another browser is there, and going on without it drops it everywhere", async () => {
  const asked = { graph, dataset: 3, recipe: null, settings: SETTINGS, reading: null };
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => Response.json({ kept: { asked, found: result } }));
  openDocument({ ...blank, id: 1 });
  show();
  await screen.findByText("The loss falls fastest at 0.0061.");
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByText("Loss by learning rate")).toBeNull();
  expect(fetched.mock.calls.map(([url, options]) => [options?.method, url])).toEqual([
    ["GET", "/api/projects/1/rate/"],
    ["DELETE", "/api/projects/1/rate/"],
  ]);
});
