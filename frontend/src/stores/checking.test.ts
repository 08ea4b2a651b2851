import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Recipe } from "../api/types";
import { useChecking, useDataProblem } from "./checking";
import { changeGraph, useEditor } from "./editor";
import { setField } from "./graph/commands";
import { chain } from "./graph/testing";
import { closeProject, openProject } from "./saving";
import { NOTHING, report } from "./testing";

const project = { id: 4, name: "Net", graph: chain, dataset: null, recipe: null, settings: {}, updated: "" };
let checks: number;
let status: number;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  checks = 0;
  status = 500;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    if (url !== "/api/check/") return new Response(JSON.stringify(project), { headers: { ETag: '"1"' } });
    checks += 1;
    if (status === 0) throw new TypeError("Failed to fetch");
    if (status === 200) return new Response(JSON.stringify(NOTHING));
    return new Response(JSON.stringify({ error: { code: "internal_error", message: "No." } }), { status });
  });
});

afterEach(async () => {
  await closeProject();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a check that fails is asked for again after growing pauses, and not forever", async () => {
  await openProject(4);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(checks).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(checks).toBe(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(checks).toBe(2);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(checks).toBe(6);
  expect(useChecking.getState().error?.code).toBe("internal_error");
});

test("an edit asks anew, with all its attempts", async () => {
  await openProject(4);
  await vi.advanceTimersByTimeAsync(600_000);
  const id = chain.nodes[0]?.id ?? "";
  changeGraph((graph) => setField(graph, id, "name", "x"));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(checks).toBe(12);
});

test("a server that cannot be reached is waited for", async () => {
  await openProject(4);
  status = 0;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(checks).toBeGreaterThan(15);
  expect(checks).toBeLessThan(30);
});

test("a server that answers again is believed", async () => {
  await openProject(4);
  await vi.advanceTimersByTimeAsync(1_000);
  status = 200;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(checks).toBe(2);
  expect(useChecking.getState().error).toBeNull();
  expect(useChecking.getState().report).toEqual(NOTHING);
});

test("data without a target are what is wrong, not the drawing", async () => {
  await openProject(4);
  const refused = { code: "no_target", node: null, fix: null, message: "No classes.", hint: "Upload some." };
  useEditor.setState(({ document }) => ({ document: { ...document, recipe: {} as Recipe } }));
  report({ problems: [refused] });
  expect(renderHook(useDataProblem).result.current?.message).toBe("No classes.");
  report({ problems: [{ ...refused, node: "dense" }] });
  expect(renderHook(useDataProblem).result.current).toBeNull();
});
