import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { openDocument } from "../stores/editor";
import { RateFinder } from "./RateFinder";

vi.mock("../ui/Figure", () => ({ Figure: ({ label }: { label: string }) => <div>{label}</div> }));

const node = { id: "a", type: "Input", config: {}, shares: null, position: { x: 0, y: 0 } };

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
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
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, options) => {
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

function open() {
  openDocument({
    id: 1,
    name: "P",
    graph: { format: 1, nodes: [node], edges: [] },
    dataset: 3,
    recipe: null,
    settings: {},
    updated: "",
    created: "",
    dataset_name: "",
  });
  const used: number[] = [];
  render(
    <MantineProvider>
      <RateFinder onUse={(rate) => used.push(rate)} />
    </MantineProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Find a learning rate" }));
  return used;
}

const result = { suggestion: 0.0061, steps: 200, figure: { data: [], layout: {} } };

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
