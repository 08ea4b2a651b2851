/** One way to talk to the server: JSON in, JSON out, every failure an ApiError. */

import type { Json, Problem } from "./types";

export class ApiError extends Error {
  readonly code: string;
  readonly hint: string | null;
  readonly where: { [key: string]: Json };
  readonly status: number;

  constructor(problem: Problem, status: number) {
    super(problem.message);
    this.name = "ApiError";
    this.code = problem.code;
    this.hint = problem.hint ?? null;
    this.where = problem.where ?? {};
    this.status = status;
  }
}

export interface Answer<T> {
  body: T;
  etag: string | null;
  status: number;
}

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean;
}

const SIGNED_OUT = "netloom:signed-out";

/** Calls back whenever the server says that nobody is signed in. */
export function onSignedOut(callback: () => void): () => void {
  window.addEventListener(SIGNED_OUT, callback);
  return () => window.removeEventListener(SIGNED_OUT, callback);
}

export function announceSignedOut(): void {
  window.dispatchEvent(new Event(SIGNED_OUT));
}

export function csrfToken(): string {
  const found = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

export async function request<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const response = await send(method, path, options);
  if (!response.ok) throw await refusal(response);
  const body = response.status === 204 ? undefined : await response.json();
  return { body: body as T, etag: response.headers.get("ETag"), status: response.status };
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  const multipart = options.body instanceof FormData;
  if (options.body !== undefined && !multipart) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, {
      method,
      headers,
      body: multipart ? (options.body as FormData) : JSON.stringify(options.body),
      signal: options.signal,
      keepalive: options.keepalive,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(
      { code: "unreachable", message: "The server does not answer.", hint: "Is Netloom still running?" },
      0,
    );
  }
}

/** What comes line by line, JSON on each, as it comes. */
export async function* lines<T>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const response = await send("POST", path, { body, signal });
  if (!response.ok) throw await refusal(response);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (reader) {
    const { value, done } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part) yield JSON.parse(part) as T;
    if (done) return;
  }
}

/** The error envelope as an ApiError; an answer without one still says what happened. */
export const refusal = async (response: Response) => refused(response.status, await response.text());

export function refused(status: number, text: string): ApiError {
  if (status === 401) announceSignedOut();
  try {
    const { error } = JSON.parse(text) as { error: Problem };
    if (error?.message) return new ApiError(error, status);
  } catch {
    // Not JSON: a proxy or a crash answered.
  }
  const hint = "Try again; if it stays, look at the server's log.";
  return new ApiError({ code: `http_${status}`, message: `The server answered ${status}.`, hint }, status);
}

export const api = {
  get: async <T>(path: string, signal?: AbortSignal) => (await request<T>("GET", path, { signal })).body,
  post: async <T>(path: string, body?: unknown, options: Options = {}) =>
    (await request<T>("POST", path, { ...options, body })).body,
  patch: async <T>(path: string, body: unknown, options: Options = {}) =>
    (await request<T>("PATCH", path, { ...options, body })).body,
  /** Also when the page goes at this moment. */
  remove: async (path: string, headers: Record<string, string> = {}) =>
    (await request<undefined>("DELETE", path, { headers, keepalive: true })).body,
};
