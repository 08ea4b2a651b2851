import { beforeEach, expect, test, vi } from "vitest";
import { type Connection, EventStream } from "./events";
import type { RunEvent } from "./types";

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close() {
    this.closed = true;
  }
  say(...events: Partial<RunEvent>[]) {
    this.onmessage?.({ data: JSON.stringify({ events }) });
  }
}

const seen: number[] = [];
const states: Connection[] = [];
const latest = () => FakeSocket.all.at(-1) as FakeSocket;

function follow(after = 0) {
  return new EventStream(7, {
    after,
    open: (url) => new FakeSocket(url),
    backoff: () => 100,
    onEvents: (events) => seen.push(...events.map((event) => event.seq)),
    onConnection: (state) => states.push(state),
  });
}

beforeEach(() => {
  FakeSocket.all.length = 0;
  seen.length = 0;
  states.length = 0;
  vi.useFakeTimers();
});

test("it asks for what comes after its cursor", () => {
  follow(12);
  expect(latest().url).toContain("/ws/runs/7/?after=12");
});

test("it goes on after a lost connection where it was, and drops what it already has", () => {
  const stream = follow();
  latest().say({ seq: 1, type: "started" }, { seq: 2, type: "progress" });
  latest().onclose?.({ code: 1006 });
  expect(states.at(-1)).toBe("waiting");
  vi.advanceTimersByTime(100);
  expect(latest().url).toContain("after=2");
  latest().say({ seq: 2, type: "progress" }, { seq: 3, type: "progress" });
  expect(seen).toEqual([1, 2, 3]);
  expect(stream.cursor).toBe(3);
});

test("it closes after the terminal event and does not come back", () => {
  follow();
  const socket = latest();
  socket.say({ seq: 1, type: "finished" });
  expect(socket.closed).toBe(true);
  socket.onclose?.({ code: 1000 });
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  expect(states.at(-1)).toBe("closed");
});

test("it can be told to try again at once", () => {
  const stream = follow();
  latest().onclose?.({ code: 1006 });
  stream.retry();
  expect(FakeSocket.all).toHaveLength(2);
});

test("a refused session stops it and is announced", () => {
  const signedOut = vi.fn();
  window.addEventListener("netloom:signed-out", signedOut);
  follow();
  latest().onclose?.({ code: 4401 });
  vi.advanceTimersByTime(60_000);
  expect(signedOut).toHaveBeenCalledOnce();
  expect(FakeSocket.all).toHaveLength(1);
});
