import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys, queryClient } from "../api/queries";
import type { Config, Preflight as Told } from "../api/types";
import { useChecking } from "../stores/checking";
import { changeDocument, closeDocument, openDocument } from "../stores/editor";
import { Facts, Preflight, useEstimate } from "./Preflight";

const told = {
  parameters: 1_000,
  memory: 18e9,
  free: 15e9,
  room: 24e9,
  disk: 1_000,
  compile_seconds: 0.2,
  seconds_per_epoch: null,
  epochs: 20,
  total_seconds: null,
  may_end_sooner: ["early_stopping"],
  problem: null,
} as Told;

afterEach(() => {
  cleanup();
  closeDocument();
  queryClient.clear();
  vi.restoreAllMocks();
});

const draw = (told: Told) => render(<Facts told={told} />, { wrapper: MantineProvider });

test("a run that needs more memory than is free now is warned of, with what is free", () => {
  draw(told);
  expect(screen.getByRole("status").textContent).toMatch(/^Only 15\.0 GB of it is free now/);
});

test("a run that fits into what is free is not warned of", () => {
  draw({ ...told, memory: 14e9 });
  expect(screen.queryByRole("status")).toBeNull();
});

test("the time of all epochs is told, with what may end them sooner", () => {
  const timed = { ...told, seconds_per_epoch: 36, total_seconds: 725 };
  draw(timed);
  expect(document.body.textContent).toMatch(
    /About 36 s per epoch, up to 12 m 05 s for 20 epochs \(early stopping may end it sooner\), 18\.0 GB/,
  );
  cleanup();
  draw({ ...timed, may_end_sooner: [] });
  expect(document.body.textContent).toMatch(/per epoch, about 12 m 05 s for 20 epochs, 18\.0 GB/);
});

test("a batch of all training rows is said to make one step of an epoch", () => {
  draw({ ...told, steps_per_epoch: 1 });
  expect(screen.getByText(/an epoch is one step/)).toBeTruthy();
  cleanup();
  draw({ ...told, steps_per_epoch: 2 });
  expect(screen.queryByText(/an epoch is one step/)).toBeNull();
});

test("the time of compiling is told where one waits for it", () => {
  draw({ ...told, seconds_per_epoch: 36, compile_seconds: 14.2 });
  expect(document.body.textContent).toMatch(/per epoch, 14 s of compiling before the first, 18\.0 GB/);
  cleanup();
  draw(told);
  expect(document.body.textContent).not.toMatch(/compiling/);
});

const graph = {
  format: 1,
  nodes: [{ id: "a", type: "Input", config: {}, shares: null, position: { x: 0, y: 0 } }],
  edges: [],
};
const recipe = { columns: {} } as never;

/** What was asked so far, as batch sizes, and the answers that have not been given yet. */
let asked: number[];
let waiting: ((told: object) => void)[];
let trainingMark: string;

beforeEach(() => {
  asked = [];
  waiting = [];
  trainingMark = "1a";
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, options) => {
    const json = (body: object) => new Response(JSON.stringify(body));
    if (url === "/api/system/") return json({ training_mark: trainingMark });
    if (url === "/api/datasets/3/") return json({ id: 3, state: "ready", sha256: "s", wishes: {} });
    if (url !== "/api/preflight/") return json({ nodes: {}, problems: [] });
    asked.push(JSON.parse(String(options?.body)).settings.batch_size);
    return new Promise((give) => waiting.push((told) => give(json(told))));
  });
});

function Estimated({ settings }: { settings: Config }) {
  return <Preflight estimate={useEstimate(settings)} onBatchSize={() => {}} />;
}

const page = (batch_size: number) => (
  <MantineProvider>
    <QueryClientProvider client={queryClient}>
      <Estimated settings={{ batch_size }} />
    </QueryClientProvider>
  </MantineProvider>
);

const rest = (milliseconds = 20) => act(() => new Promise((done) => setTimeout(done, milliseconds)));

async function answer(memory: number): Promise<void> {
  waiting.shift()?.({ ...told, memory });
  await rest();
}

async function open() {
  openDocument({
    id: 1,
    name: "",
    graph,
    dataset: 3,
    recipe,
    settings: {},
    updated: "",
    created: "",
    dataset_name: "",
  });
  useChecking.setState({ report: { problems: [] } as never });
  const shown = render(page(16));
  await rest();
  await answer(2e9);
  return shown;
}

const region = () => screen.getByRole("region", { name: "What a run takes" });

test("an answer about settings from before is shown as such until there is another", async () => {
  const { rerender } = await open();
  expect(region().textContent).toMatch(/^A run takes.*2\.0 GB/);
  expect(region().getAttribute("aria-busy")).toBe("false");
  rerender(page(64));
  expect(region().textContent).toMatch(
    /^Estimate for the earlier settings; a new one is being made….*2\.0 GB/,
  );
  await rest(1_300);
  expect(region().textContent).toMatch(/^Estimate for the earlier settings/);
  await answer(8e9);
  expect(region().textContent).toMatch(/^A run takes.*8\.0 GB/);
  expect(asked).toEqual([16, 64]);
});

test("it is asked again when other runs train, and when the file has been read otherwise", async () => {
  await open();
  trainingMark = "2b";
  await act(() => queryClient.invalidateQueries({ queryKey: keys.system }));
  await rest();
  expect(region().textContent).toMatch(/^Estimate for the earlier settings/);
  await answer(3e9);
  expect(region().textContent).toMatch(/^A run takes.*3\.0 GB/);
  act(() =>
    queryClient.setQueryData(keys.dataset(3), { id: 3, state: "ready", sha256: "s", wishes: { header: 2 } }),
  );
  await rest();
  await answer(4e9);
  expect(region().textContent).toMatch(/4\.0 GB/);
  expect(asked).toEqual([16, 16, 16]);
});

test("a node that is only moved asks for nothing and leaves the answer as it is", async () => {
  await open();
  const moved = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: { x: 9, y: 9 } })) };
  act(() => changeDocument({ graph: moved }));
  expect(region().textContent).toMatch(/^A run takes/);
  await rest(1_300);
  expect(asked).toEqual([16]);
});
