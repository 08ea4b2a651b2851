import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changeDocument, changeGraph, redo, undo, useEditor } from "./editor";
import { setField } from "./graph/commands";
import { chain } from "./graph/testing";
import { closeProject, flush, openProject, resolveConflict, useSaving } from "./saving";

const project = { id: 4, name: "Net", graph: chain, dataset: null, recipe: null, settings: {}, updated: "" };
const calls: { method: string; body: Record<string, unknown> | null; match: string | null }[] = [];
let answers: (() => Response)[] = [];

const ok = (etag: string) => () =>
  new Response(JSON.stringify(project), { status: 200, headers: { ETag: etag } });
const refused = (status: number) => () =>
  new Response(JSON.stringify({ error: { code: "no", message: "No." } }), { status });
const patches = () => calls.filter((call) => call.method === "PATCH");
const state = () => useSaving.getState().state;

beforeEach(async () => {
  vi.useFakeTimers();
  localStorage.clear();
  calls.length = 0;
  answers = [ok('"1"')];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_url, init) => {
    const headers = (init?.headers ?? {}) as Record<string, string>;
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : null;
    calls.push({ method: init?.method ?? "GET", body, match: headers["If-Match"] ?? null });
    return (answers.shift() ?? ok('"9"'))();
  });
  await openProject(4);
});

afterEach(async () => {
  useSaving.setState({ state: "saved" });
  await closeProject();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a moment after an edit only what changed is sent, with the tag it is based on", async () => {
  answers = [ok('"2"')];
  changeDocument({ name: "Better" });
  expect(state()).toBe("changed");
  await vi.advanceTimersByTimeAsync(700);
  expect(patches()).toEqual([{ method: "PATCH", body: { name: "Better" }, match: '"1"' }]);
  expect(state()).toBe("saved");
});

test("several edits in a row become one request", async () => {
  changeDocument({ name: "A" });
  await vi.advanceTimersByTimeAsync(300);
  changeDocument({ name: "AB" });
  await vi.advanceTimersByTimeAsync(700);
  expect(patches()).toHaveLength(1);
  expect(patches()[0]?.body).toEqual({ name: "AB" });
});

test("an edit that was undone in time is not sent", async () => {
  changeDocument({ name: "A" });
  undo();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(patches()).toHaveLength(0);
  expect(state()).toBe("saved");
});

test("it keeps trying while the server does not answer", async () => {
  answers = [refused(503), refused(503), ok('"2"')];
  changeDocument({ name: "A" });
  await vi.advanceTimersByTimeAsync(700);
  expect(state()).toBe("offline");
  await vi.advanceTimersByTimeAsync(7_000);
  expect(patches()).toHaveLength(3);
  expect(state()).toBe("saved");
});

test("a newer version elsewhere is a conflict until one of the two is chosen", async () => {
  answers = [refused(412)];
  changeDocument({ name: "Mine" });
  await vi.advanceTimersByTimeAsync(700);
  expect(state()).toBe("conflict");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(patches()).toHaveLength(1);
  answers = [ok('"5"'), ok('"6"')];
  await resolveConflict("ours");
  expect(patches().at(-1)).toMatchObject({ body: { name: "Mine" }, match: '"5"' });
  expect(state()).toBe("saved");
});

test("flushing waits until the server has everything", async () => {
  changeDocument({ name: "A" });
  await flush();
  expect(patches()).toHaveLength(1);
});

test("work left on a page that closed comes back when the project is opened again", async () => {
  localStorage.setItem("netloom.draft.4", JSON.stringify({ etag: '"1"', changes: { name: "Left behind" } }));
  answers = [ok('"1"')];
  await openProject(4);
  expect(useEditor.getState().document.name).toBe("Left behind");
});

test("work that could not be sent when the project was left comes back", async () => {
  answers = [refused(503), ok('"1"'), ok('"2"')];
  changeDocument({ name: "Left offline" });
  await closeProject();
  expect(useEditor.getState().project).toBeNull();
  await openProject(4);
  expect(useEditor.getState().document.name).toBe("Left offline");
  await flush();
  expect(patches().at(-1)?.body).toEqual({ name: "Left offline" });
  expect(localStorage).toHaveLength(0);
});

test("what the server has meanwhile is not put back", async () => {
  const changes = { name: "Net", graph: structuredClone(chain) };
  localStorage.setItem("netloom.draft.4", JSON.stringify({ etag: '"1"', changes }));
  answers = [ok('"2"')];
  await openProject(4);
  expect(useEditor.getState().document.graph).toEqual(chain);
  expect(state()).toBe("saved");
});

test("the digits of one number are one undo step, other edits their own", () => {
  const value = () => useEditor.getState().document.graph.nodes[1]?.config.size;
  for (const size of [1, 12, 128])
    changeGraph((graph) => setField(graph, "step_1", "size", size), "step_1.size");
  changeGraph((graph) => setField(graph, "step_1", "size", 5));
  undo();
  expect(value()).toBe(128);
  undo();
  expect(value()).toBeUndefined();
  redo();
  expect(value()).toBe(128);
});
