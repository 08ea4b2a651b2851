import { afterEach, expect, test, vi } from "vitest";
import { ApiError, api, request } from "./client";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(JSON.stringify(body), { status, headers }));

afterEach(() => vi.restoreAllMocks());

test("writes carry the token against forged requests and say what they are", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no cookie store
  document.cookie = "csrftoken=abc%3D";
  const fetch = answer(200, {});
  await api.post("/api/runs/", { project: 1 }, { headers: { "Idempotency-Key": "k" } });
  const sent = fetch.mock.calls[0]?.[1];
  expect(sent?.headers).toMatchObject({
    "X-CSRFToken": "abc=",
    "Content-Type": "application/json",
    "Idempotency-Key": "k",
  });
  expect(sent?.body).toBe('{"project":1}');
});

test("the error envelope becomes an ApiError", async () => {
  answer(404, { error: { code: "not_found", message: "Gone.", hint: "Look.", where: { run: 3 } } });
  const failure = await api.get("/api/runs/3/").catch((error) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ code: "not_found", message: "Gone.", hint: "Look.", status: 404 });
});

test("an answer without the envelope still says what happened", async () => {
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(api.get("/api/runs/")).rejects.toMatchObject({ code: "http_502" });
});

test("a server that does not answer is an ApiError too", async () => {
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("failed"));
  await expect(api.get("/api/runs/")).rejects.toMatchObject({ code: "unreachable", status: 0 });
});

test("the tag of a document is handed on", async () => {
  answer(200, { id: 1 }, { ETag: '"3"' });
  expect(await request("GET", "/api/projects/1/")).toMatchObject({ etag: '"3"', body: { id: 1 } });
});
