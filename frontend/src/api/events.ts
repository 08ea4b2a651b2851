/** A run's events over a websocket: first what was missed, then live, through any number of reconnects. */

import { announceSignedOut } from "./client";
import type { RunEvent } from "./types";

export type Connection = "connecting" | "live" | "waiting" | "closed";

interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  close(): void;
}

interface Options {
  after?: number;
  onEvents: (events: RunEvent[]) => void;
  onConnection?: (state: Connection, retryAt: number | null) => void;
  open?: (url: string) => Socket;
  /** Milliseconds to wait before the given attempt (0, 1, 2…). */
  backoff?: (attempt: number) => number;
}

const SIGNED_OUT = 4401;
const NOT_YOURS = 4404;

export const isTerminal = (event: RunEvent) => event.type === "finished" || event.type === "failed";

export function defaultBackoff(attempt: number): number {
  return Math.min(8_000, 250 * 2 ** attempt) * (0.8 + 0.4 * Math.random());
}

export function socketUrl(run: number, after: number): string {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${window.location.host}/ws/runs/${run}/?after=${after}`;
}

export class EventStream {
  private after: number;
  private attempt = 0;
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private done = false;

  constructor(
    private readonly run: number,
    private readonly options: Options,
  ) {
    this.after = options.after ?? 0;
    this.connect();
  }

  /** The sequence number up to which everything has been delivered. */
  get cursor(): number {
    return this.after;
  }

  close(): void {
    this.done = true;
    clearTimeout(this.timer);
    this.socket?.close();
    this.options.onConnection?.("closed", null);
  }

  /** Tries again at once instead of waiting out the back-off. */
  retry(): void {
    if (this.done || this.timer === undefined) return;
    clearTimeout(this.timer);
    this.connect();
  }

  private connect(): void {
    this.timer = undefined;
    this.options.onConnection?.("connecting", null);
    const open = this.options.open ?? ((url: string) => new WebSocket(url) as unknown as Socket);
    const socket = open(socketUrl(this.run, this.after));
    this.socket = socket;
    socket.onopen = () => this.options.onConnection?.("live", null);
    socket.onmessage = (message) => this.receive(message.data);
    socket.onclose = (event) => this.lost(event.code);
  }

  private receive(text: string): void {
    this.attempt = 0;
    const { events } = JSON.parse(text) as { events: RunEvent[] };
    const fresh = events.filter((event) => event.seq > this.after);
    const last = fresh.at(-1);
    if (!last) return;
    this.after = last.seq;
    this.options.onEvents(fresh);
    if (isTerminal(last)) this.close();
  }

  private lost(code: number): void {
    if (this.done) return;
    if (code === SIGNED_OUT) announceSignedOut();
    if (code === SIGNED_OUT || code === NOT_YOURS) {
      this.close();
      return;
    }
    const wait = (this.options.backoff ?? defaultBackoff)(this.attempt++);
    this.options.onConnection?.("waiting", Date.now() + wait);
    this.timer = setTimeout(() => this.connect(), wait);
  }
}
