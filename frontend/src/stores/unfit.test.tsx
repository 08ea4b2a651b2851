import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Project } from "../api/types";
import { changeDocument, closeDocument, openDocument, useEditor } from "./editor";
import { chain } from "./graph/testing";
import { dropAllMistyped, keepMistyped, SETTINGS } from "./mistyped";
import { useSaving } from "./saving";
import { startTraining } from "./training";
import { hearOfFit, useUnfit } from "./unfit";

const project = { id: 1, name: "P", graph: chain, dataset: 3, recipe: null, settings: { epochs: 20 } };

beforeEach(() => openDocument(project as unknown as Project));
afterEach(() => {
  cleanup();
  hearOfFit(true);
  dropAllMistyped();
  useSaving.setState({ error: null });
  closeDocument();
  vi.restoreAllMocks();
});

const unfit = () => renderHook(useUnfit).result;

test("settings mistyped, or refused by the server when they are saved, are not fit to train with", () => {
  const result = unfit();
  expect(result.current).toBe(false);
  const field = { form: SETTINGS, path: "epochs", label: "Epochs", text: "x", problem: "Give a number." };
  act(() => keepMistyped(field));
  expect(result.current).toBe(true);
  act(() => dropAllMistyped());
  expect(result.current).toBe(false);
  act(() => useSaving.setState({ error: { where: { document: "settings" } } as never }));
  expect(result.current).toBe(true);
});

test("settings that do not fit the data stay unfit until something changes that may mend them", () => {
  const result = unfit();
  act(() => hearOfFit(false));
  expect(result.current).toBe(true);
  const moved = chain.nodes.map((node) => ({ ...node, position: { x: 7, y: 7 } }));
  act(() => changeDocument({ graph: { ...chain, nodes: moved } }));
  expect(result.current).toBe(true);
  act(() => changeDocument({ settings: { ...useEditor.getState().document.settings, epochs: 5 } }));
  expect(result.current).toBe(false);
});

test("settings with which a run was refused are unfit, and a drawing that was refused says nothing of them", async () => {
  const result = unfit();
  const refuse = (where: object) =>
    vi
      .spyOn(globalThis, "fetch")
      .mockImplementation(async () =>
        Response.json({ error: { code: "no", message: "No.", where } }, { status: 422 }),
      );
  refuse({ node: "dense_1" });
  await act(() => expect(startTraining()).rejects.toThrow("No."));
  expect(result.current).toBe(false);
  refuse({ field: "loss" });
  await act(() => expect(startTraining()).rejects.toThrow("No."));
  expect(result.current).toBe(true);
});
