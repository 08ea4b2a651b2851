import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { queryClient } from "../../api/queries";
import type { Run } from "../../api/types";
import type { FeedStatus } from "../../stores/run";
import { allCommands } from "../../ui/commands";
import { Change } from "./Change";
import { Continue } from "./Continue";
import type { Checkpoint } from "./checkpoints";
import { SteeringBar } from "./SteeringBar";

const run = {
  id: 5,
  number: 3,
  state: "running",
  progress: { epoch: 40 },
  metrics: { best_epoch: 68 },
  settings: { epochs: 500, optimizer: { learning_rate: 0.00029 }, early_stopping: { patience: 25 } },
  changes: [{ learning_rate: 0.003 }],
} as unknown as Run;

const kept = (epoch: number, best: boolean, settings: Checkpoint["settings"]) =>
  ({
    name: `step-${epoch}`,
    epoch,
    step: epoch,
    whole: true,
    best,
    settings,
    validation: null,
  }) as Checkpoint;

const every = [
  kept(68, true, { learning_rate: 0.00029, patience: 25, epochs: 500 }),
  kept(250, false, { learning_rate: 0.003, patience: 60, epochs: 500 }),
];

const status = (checkpoint: object | null) =>
  ({ phase: "training", terminal: null, checkpoint }) as unknown as FeedStatus;

let listed = every;
let refusal: object | null = null;
let sent: unknown[] = [];

function show(what: ReactNode): void {
  sent = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (path, options) => {
    if (options?.method !== "POST")
      return Response.json(String(path).endsWith("/checkpoints/") ? listed : run);
    sent.push(JSON.parse(String(options.body)));
    return refusal ? Response.json({ error: refusal }, { status: 422 }) : Response.json(run);
  });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>{what}</QueryClientProvider>
    </MantineProvider>,
  );
}

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.restoreAllMocks();
  refusal = null;
  listed = every;
});

const field = (label: string) => screen.findByLabelText<HTMLInputElement>(label);
const button = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name });
const type = async (label: string, value: string) =>
  fireEvent.change(await field(label), { target: { value } });

async function change(epoch = 40): Promise<void> {
  show(<Change run={run} epoch={epoch} />);
  fireEvent.click(button("Change"));
  await field("Epochs in all");
}

test("a chosen checkpoint fills in the settings that held there, and trains on with them", async () => {
  show(<Continue run={run} live={false} opened={true} close={() => {}} />);
  expect((await field("Learning rate")).value).toBe("0.003");
  fireEvent.click(screen.getByRole("combobox", { name: "From" }));
  fireEvent.click(await screen.findByText("Epoch 68, the best"));
  const shown = ["Learning rate", "Patience", "Epochs in all"].map(async (name) => (await field(name)).value);
  expect(await Promise.all(shown)).toEqual(["0.00029", "25", "500"]);
  fireEvent.click(button("Train on"));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ checkpoint: "step-68", learning_rate: 0.00029, patience: 25, epochs: 500 });
});

test("fewer epochs than are trained are refused under the field, and kept as typed", async () => {
  show(<Continue run={run} live={false} opened={true} close={() => {}} />);
  await type("Epochs in all", "250");
  expect(await screen.findByText("250 epochs are trained already; give more.")).toBeTruthy();
  expect((await field("Epochs in all")).value).toBe("250");
  expect(button("Train on").disabled).toBe(true);
});

test("a run that trains is branched from once it has left a checkpoint, by name or by a button", () => {
  show(<SteeringBar run={run} status={status(null)} />);
  expect(screen.queryByRole("button", { name: "Branch off" })).toBeNull();
  cleanup();
  show(<SteeringBar run={run} status={status({ type: "checkpoint", epoch: 3 })} />);
  expect(button("Branch off")).toBeTruthy();
  expect(allCommands().map(({ label }) => label)).toContain("Branch off from a checkpoint");
});

test("a run that trains is branched from at its newest checkpoint, whichever that is by then", async () => {
  show(<SteeringBar run={run} status={status({ type: "checkpoint", epoch: 3 })} />);
  fireEvent.click(button("Branch off"));
  expect(await screen.findByText("Branch off from run 3")).toBeTruthy();
  const from = await screen.findByRole<HTMLInputElement>("combobox", { name: "From" });
  expect(from.value).toBe("Epoch 250 or later, the newest");
  await type("Learning rate", "0.01");
  fireEvent.click(button("Train on"));
  await waitFor(() => expect(sent).toEqual([{ learning_rate: 0.01, patience: 60, epochs: 500 }]));
});

test("a run that was branched from is continued with the settings that held at its end", async () => {
  show(<Continue run={run} live={true} opened={true} close={() => {}} />);
  expect((await field("Learning rate")).value).toBe("0.003");
  cleanup();
  listed = [...every, kept(300, false, { learning_rate: 0.02, patience: 60, epochs: 700 })];
  show(<Continue run={run} live={false} opened={true} close={() => {}} />);
  expect((await field("Learning rate")).value).toBe("0.02");
  expect((await field("Epochs in all")).value).toBe("700");
});

test("a checkpoint that is gone by then is said to be, and another can be chosen", async () => {
  refusal = { code: "no_checkpoint", message: "The run keeps no checkpoint called step-68.", where: {} };
  show(<Continue run={run} live={true} opened={true} close={() => {}} />);
  fireEvent.click(await screen.findByRole("combobox", { name: "From" }));
  fireEvent.click(await screen.findByText("Epoch 68, the best"));
  await field("Learning rate");
  listed = [kept(250, true, { learning_rate: 0.003, epochs: 500 })];
  fireEvent.click(button("Train on"));
  expect(await screen.findByText(/That place is no longer kept/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Train on" })).toBeNull();
  fireEvent.click(screen.getByRole("combobox", { name: "From" }));
  fireEvent.click(await screen.findByText("Epoch 250 or later, the newest"));
  expect(button("Train on").disabled).toBe(false);
});

test("a learning rate may be written as 1e-3", async () => {
  await change();
  fireEvent.focus(await field("Learning rate"));
  await type("Learning rate", "1e-3");
  expect((await field("Learning rate")).value).toBe("1e-3");
  fireEvent.click(button("Apply"));
  await waitFor(() => expect(sent).toEqual([{ learning_rate: 0.001 }]));
});

test.each([
  ["Learning rate", "-1", "More than 0."],
  ["Patience", "0", "At least 1."],
  ["Epochs in all", "2", "The run is in epoch 1,343 already; give at least as many."],
  ["Epochs in all", "", "Enter a number."],
])(
  "%s %s stays as typed, with what is wrong under it, and cannot be applied",
  async (label, value, problem) => {
    await change(1343);
    await type("Patience", "30");
    await type(label, value);
    expect(screen.getByText(problem)).toBeTruthy();
    expect((await field(label)).value).toBe(value);
    expect(button("Apply").disabled).toBe(true);
  },
);

test("what the server refuses stands under its field until that is mended", async () => {
  refusal = {
    code: "epochs_are_over",
    message: "The run is in epoch 61 already.",
    where: { field: "epochs" },
  };
  await change();
  await type("Epochs in all", "60");
  fireEvent.click(button("Apply"));
  expect(await screen.findByText("The run is in epoch 61 already.")).toBeTruthy();
  expect(button("Apply").disabled).toBe(true);
  await type("Epochs in all", "90");
  expect(screen.queryByText("The run is in epoch 61 already.")).toBeNull();
});
