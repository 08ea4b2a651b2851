/** One run as its events tell it: numbers in typed arrays outside React, and a small status for the page. */

import { useEffect, useSyncExternalStore } from "react";
import { api } from "../api/client";
import { type Connection, EventStream, isTerminal } from "../api/events";
import { keys, queryClient } from "../api/queries";
import type { RunEvent } from "../api/types";
import { LayerHistory } from "./layerHistory";
import { Series, type SummedUp, seriesOf } from "./series";

export interface FeedStatus {
  connection: Connection;
  /** When the next attempt to connect is due (milliseconds), while waiting. */
  retryAt: number | null;
  phase: string | null;
  started: RunEvent | null;
  progress: RunEvent | null;
  /** The newest progress since the phase began: how fast it goes and how long it will take is true of no other. */
  pace: RunEvent | null;
  epoch: RunEvent | null;
  /** The newest look at the layers, and at examples. */
  layers: RunEvent | null;
  sample: RunEvent | null;
  /** The newest checkpoint it has told of. */
  checkpoint: RunEvent | null;
  terminal: RunEvent | null;
}

const blank: FeedStatus = {
  connection: "connecting",
  retryAt: null,
  phase: null,
  started: null,
  progress: null,
  pace: null,
  epoch: null,
  layers: null,
  sample: null,
  checkpoint: null,
  terminal: null,
};

const LOGGED = new Set<RunEvent["type"]>([
  "started",
  "phase",
  "epoch",
  "checkpoint",
  "log",
  "finished",
  "failed",
]);

/** Milliseconds between two redraws of the page. */
const PAUSE = 125;

const KEPT_TYPES = ["started", "progress", "epoch", "layers", "sample", "checkpoint"] as const;
type Kept = (typeof KEPT_TYPES)[number];

/** Whether the newest event of a type is part of the status. */
const isKept = (type: RunEvent["type"]): type is Kept => KEPT_TYPES.includes(type as Kept);

/** A run at a glance, up to the event `seq`; 0 where it is too short to be summed up. */
export interface Overview {
  seq: number;
  events: RunEvent[];
  curves: { [name: string]: SummedUp };
}

/** From how many events on a run is first taken in at a glance. */
const LONG = 6000;

export class RunFeed {
  /** Curves by name: "progress.loss", "progress.learning_rate", "train.loss", "validation.accuracy"…
   *  x is the step for progress curves and the epoch for the others. */
  readonly series = new Map<string, Series>();
  readonly layers = new LayerHistory();
  readonly log: RunEvent[] = [];
  status = blank;
  /** Grows with every batch of events; a chart redraws when it has changed. */
  version = 0;
  /** The number of the newest event in here. */
  lastSeq = 0;
  private readonly listeners = new Set<() => void>();
  private stream: EventStream | null = null;
  private opening: AbortController | null = null;
  /** Whether older points are summed up, so that a stretch of them can be had in more detail. */
  summedUp = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When the listeners were last told. */
  private announced = 0;

  constructor(readonly run: number) {}

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  open(): void {
    if (this.stream || this.opening || this.status.terminal) return;
    if (this.lastSeq > 0) {
      this.follow();
      return;
    }
    const opening = new AbortController();
    this.opening = opening;
    api
      .get<Overview>(`/api/runs/${this.run}/overview/?least=${LONG}`, opening.signal)
      .then((overview) => this.restore(overview))
      .catch(() => {}) // the stream brings everything too, and says what is wrong
      .finally(() => {
        if (this.opening !== opening) return;
        this.opening = null;
        if (!this.status.terminal) this.follow();
      });
  }

  private follow(): void {
    this.stream = new EventStream(this.run, {
      after: this.lastSeq,
      onEvents: (events) => this.append(events),
      onConnection: (connection, retryAt) => this.change({ connection, retryAt }),
    });
  }

  close(): void {
    this.opening?.abort();
    this.opening = null;
    this.stream?.close();
    this.stream = null;
  }

  retry(): void {
    this.stream?.retry();
  }

  append(events: RunEvent[]): void {
    for (const event of events) {
      this.record(event);
      if (event.type === "layers") this.layers.push(event);
      if (LOGGED.has(event.type)) this.log.push(event);
      this.lastSeq = event.seq;
    }
    this.tell(events);
  }

  /** Takes in a long run at a glance. */
  restore({ seq, events, curves }: Overview): void {
    if (seq === 0 || this.lastSeq > 0) return;
    for (const [name, curve] of Object.entries(curves)) this.series.set(name, seriesOf(curve));
    for (const event of events) {
      if (event.type === "layers") this.layers.push(event);
      if (LOGGED.has(event.type)) this.log.push(event);
    }
    this.lastSeq = seq;
    this.summedUp = true;
    this.tell(events);
  }

  /** What the events change for the page. */
  private tell(events: RunEvent[]): void {
    const changes: Partial<FeedStatus> = {};
    for (const event of events) {
      if (event.type === "phase") Object.assign(changes, { phase: String(event.phase), pace: null });
      if (event.type === "progress") changes.pace = event;
      if (isKept(event.type)) changes[event.type] = event;
      if (isTerminal(event)) changes.terminal = event;
    }
    this.version += 1;
    this.change(changes);
    if (changes.started || changes.terminal) queryClient.invalidateQueries({ queryKey: keys.system });
    if (changes.terminal) queryClient.invalidateQueries({ queryKey: ["runs"] });
    else if (changes.started) queryClient.invalidateQueries({ queryKey: keys.run(this.run) });
  }

  private record(event: RunEvent): void {
    const at = Date.parse(event.time) || 0;
    if (event.type === "progress") {
      const range = { low: number(event.loss_min), high: number(event.loss_max) };
      this.point("progress.loss", event.step, event.loss, { ...range, at });
      for (const name of ["learning_rate", "examples_per_second"])
        this.point(`progress.${name}`, event.step, event[name], { at });
    }
    if (event.type === "epoch") {
      for (const part of ["train", "validation"] as const)
        for (const [name, value] of Object.entries((event[part] ?? {}) as Record<string, unknown>))
          this.point(`${part}.${name}`, event.epoch, value, { at });
    }
  }

  private point(name: string, x: unknown, y: unknown, more: Parameters<Series["push"]>[2]): void {
    if (typeof x !== "number" || typeof y !== "number") return;
    const series = this.series.get(name) ?? new Series();
    this.series.set(name, series);
    series.push(x, y, more);
  }

  private change(changes: Partial<FeedStatus>): void {
    this.status = { ...this.status, ...changes };
    this.announce();
  }

  /** Tells the page at once, but not more often than the charts are drawn. */
  private announce(): void {
    if (this.timer !== undefined) return;
    const wait = this.announced + PAUSE - Date.now();
    if (wait > 0) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.announce();
      }, wait);
      return;
    }
    this.announced = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const number = (value: unknown) => (typeof value === "number" ? value : undefined);

const feeds = new Map<number, { feed: RunFeed; users: number }>();
const KEPT = 6;

/** The feed of a run; everyone who asks for the same run shares one, opened while somebody uses it. */
export function runFeed(run: number): RunFeed {
  const known = feeds.get(run);
  if (known) return known.feed;
  const feed = new RunFeed(run);
  feeds.set(run, { feed, users: 0 });
  return feed;
}

/** Keeps the feed open until the returned function is called. */
export function followRun(feed: RunFeed): () => void {
  let entry = feeds.get(feed.run);
  if (entry?.feed !== feed) {
    entry = { feed, users: 0 };
    feeds.set(feed.run, entry);
  }
  const followed = entry;
  followed.users += 1;
  feed.open();
  return () => {
    followed.users -= 1;
    if (followed.users > 0) return;
    feed.close();
    forget();
  };
}

/** Drops the oldest feeds that nobody follows; only where one was just left, as a new one waits for its follower. */
function forget(): void {
  for (const [run, { users }] of feeds) if (feeds.size > KEPT && users === 0) feeds.delete(run);
}

/** The feed while the component shows, and its status; re-renders with every batch of events. */
export function useRunFeed(run: number): { feed: RunFeed; status: FeedStatus } {
  const feed = runFeed(run);
  useEffect(() => followRun(feed), [feed]);
  const status = useSyncExternalStore(feed.subscribe, () => feed.status);
  return { feed, status };
}
