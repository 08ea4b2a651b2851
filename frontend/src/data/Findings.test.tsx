import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { keys, queryClient } from "../api/queries";
import type { Recipe } from "../api/types";
import { changeSettings, useEditor } from "../stores/editor";
import { Findings } from "./Findings";

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.restoreAllMocks();
});

function show(role: string, findings: object[] = []): void {
  const recipe = { columns: { label: { role, kind: "category" } } } as unknown as Recipe;
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(JSON.stringify({ findings })));
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <Findings dataset={1} recipe={recipe} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

test("nothing found says so where everything was looked at", async () => {
  show("target");
  expect(await screen.findByText("Nothing suspicious was found in these data.")).toBeDefined();
});

test("data without a target are not called sound, as most checks need one", async () => {
  show("ignore");
  expect(await screen.findByText(/^Most checks need a target/)).toBeDefined();
});

test("a remedy that is of the reading has the file read anew, with what was wished before", async () => {
  queryClient.setQueryData(keys.dataset(1), {
    id: 1,
    state: "ready",
    wishes: { decimal: "," },
    rereading: false,
  });
  const mend = { label: "Count it as missing", patch: {}, reading: { missing: ["", "oops"] }, settings: {} };
  const one = {
    code: "stray_values",
    level: "warning",
    message: "1 is not: 'oops'.",
    evidence: "",
    columns: ["y"],
  };
  show("target", [{ ...one, mend, help: "" }]);
  fireEvent.click(await screen.findByRole("button", { name: "Count it as missing" }));
  const sent = () => vi.mocked(fetch).mock.calls.find(([, init]) => init?.method === "PATCH");
  await waitFor(() => expect(sent()).toBeDefined());
  expect(sent()?.[0]).toBe("/api/datasets/1/");
  expect(JSON.parse(String(sent()?.[1]?.body))).toEqual({
    reading: { decimal: ",", missing: ["", "oops"] },
  });
});

test("a remedy that is of the training changes its settings, and is offered until they say so", async () => {
  changeSettings({ epochs: 7, outputs: { age: { weight: 2 } } });
  const settings = { outputs: { label: { class_weights: { type: "balanced" } } } };
  const mend = { label: "Let rare classes count more", patch: {}, reading: {}, settings };
  const one = {
    code: "imbalance",
    level: "note",
    message: "9 of 10 rows are 'no'.",
    evidence: "",
    columns: [],
  };
  show("target", [{ ...one, mend, help: "" }]);
  fireEvent.click(await screen.findByRole("button", { name: "Let rare classes count more" }));
  expect(useEditor.getState().document.settings).toEqual({
    epochs: 7,
    outputs: { age: { weight: 2 }, label: { class_weights: { type: "balanced" } } },
  });
  expect(screen.queryByRole("button", { name: "Let rare classes count more" })).toBeNull();
});
