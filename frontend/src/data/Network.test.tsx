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

const draw = () =>
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <NetworkBar />
      </QueryClientProvider>
    </MantineProvider>,
  );

/** Presses the button, to which the server answers so. */
function press(body: object, status: number): void {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) =>
    url === "/api/starter/" ? Response.json(body, { status }) : Response.json({}, { status: 500 }),
  );
  draw();
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

test("of dates and one number it is said at the top, before anything is drawn, how they become a series", () => {
  const columns = {
    day: { role: "ignore", kind: "date" },
    sold: { role: "target", kind: "number" },
  };
  const recipe = { kind: "table", columns, inputs: { features: [] }, split: { method: "random", by: "day" } };
  openDocument({ ...project, graph: { ...chain, nodes: [], edges: [] }, recipe } as unknown as Project);
  const patch = {
    kind: "series",
    series: {},
    columns: { day: { role: "time" } },
    inputs: null,
    split: { method: "time", by: null },
  };
  const problem = {
    code: "no_features",
    node: null,
    message: "There is no column to learn from: day only tells when each row was.",
    hint: "Predict from the rows before.",
    fix: { label: "Look back on the rows before, by day", recipe: patch },
  };
  report({ problems: [problem], inputs: {}, targets: {} } as never);
  draw();
  expect(screen.getByRole("status").textContent).toContain(problem.message);
  fireEvent.click(screen.getByRole("button", { name: problem.fix.label }));
  expect(tellUndo).toHaveBeenCalledWith(`${problem.fix.label}: done.`, expect.any(Function));
  expect(useEditor.getState().document.recipe).toMatchObject({
    kind: "series",
    columns: { day: { role: "time", kind: "date" }, sold: { role: "target" } },
    inputs: {},
    split: { method: "time" },
  });
});

test("nothing is said of a fitting network where nothing is drawn", () => {
  openDocument({ ...project, graph: { ...chain, nodes: [], edges: [] } } as unknown as Project);
  draw();
  expect(screen.queryByRole("status")).toBeNull();
});
