import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Preflight } from "../api/types";
import { Facts } from "./Preflight";

const told = {
  parameters: 1_000,
  memory: 18e9,
  free: 15e9,
  room: 24e9,
  disk: 1_000,
  seconds_per_epoch: null,
  problem: null,
} as Preflight;

afterEach(cleanup);

const draw = (told: Preflight) => render(<Facts told={told} />, { wrapper: MantineProvider });

test("a run that needs more memory than is free now is warned of, with what is free", () => {
  draw(told);
  expect(screen.getByRole("status").textContent).toMatch(/^Only 15\.0 GB of it is free now/);
});

test("a run that fits into what is free is not warned of", () => {
  draw({ ...told, memory: 14e9 });
  expect(screen.queryByRole("status")).toBeNull();
});
