import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { queryClient } from "../api/queries";
import type { Recipe } from "../api/types";
import { Findings } from "./Findings";

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.restoreAllMocks();
});

function show(role: string): void {
  const recipe = { columns: { label: { role, kind: "category" } } } as unknown as Recipe;
  vi.spyOn(globalThis, "fetch").mockImplementation(
    async () => new Response(JSON.stringify({ findings: [] })),
  );
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
