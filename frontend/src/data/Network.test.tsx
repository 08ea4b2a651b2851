import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queryClient } from "../api/queries";
import type { Project } from "../api/types";
import { openDocument, useEditor } from "../stores/editor";
import { chain } from "../stores/graph/testing";
import { report } from "../stores/testing";
import { tellError, tellUndo } from "../ui/notify";
import { NetworkBar } from "./Network";

vi.mock("../ui/notify", () => ({ tell: vi.fn(), tellError: vi.fn(), tellUndo: vi.fn() }));

const project = {
  id: 4,
  name: "Net",
  graph: chain,
  dataset: 3,
  recipe: { columns: {} },
  settings: {},
  updated: "",
};
const fitting = { ...chain, nodes: [...chain.nodes].reverse() };
const misfit = {
  code: "no_such_target",
  node: "output_1",
  message: "The data have no target called 'pm25'.",
  hint: "",
};

beforeEach(() => {
  openDocument(project as unknown as Project);
  report({ problems: [misfit] } as never);
});

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.restoreAllMocks();
});

/** Presses the button, to which the server answers so. */
function press(body: object, status: number): void {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) =>
    url === "/api/starter/" ? Response.json(body, { status }) : Response.json({}, { status: 500 }),
  );
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <NetworkBar />
      </QueryClientProvider>
    </MantineProvider>,
  );
  expect(screen.getByRole("status").textContent).toContain(misfit.message);
  fireEvent.click(screen.getByRole("button", { name: "Make a fitting network" }));
}

test("a network that does not fit is replaced by one that does on one click, which can be undone", async () => {
  press({ graph: fitting }, 200);
  await vi.waitFor(() => expect(tellUndo).toHaveBeenCalled());
  expect(useEditor.getState().document.graph).toEqual(fitting);
});

test("where no network can be made the page says why, and the drawing stays", async () => {
  const error = {
    code: "no_features",
    message: "There is no column to learn from.",
    hint: "Give one.",
    where: {},
  };
  press({ error }, 422);
  await vi.waitFor(() =>
    expect(tellError).toHaveBeenCalledWith(expect.objectContaining(error), expect.any(String)),
  );
  expect(useEditor.getState().document.graph).toEqual(chain);
});
