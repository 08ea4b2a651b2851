/** Tells once of each run that has ended: on the page, and by the browser where that was asked for. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Notice } from "../api/types";
import { inSentence, type Measure, measureValue } from "../ui/measures";
import { epochWords, ownBestWords } from "./best";

interface Telling {
  /** Whether the browser may tell, too. */
  browser: boolean;
  /** The ends that were told of, by run and time; kept, so that a reload does not tell again. */
  told: string[];
}

export const useTelling = create<Telling>()(
  persist<Telling>(() => ({ browser: false, told: [] }), { name: "netloom.notices" }),
);

const KEPT = 200;
/** An end longer ago than this is shown in the list, but no longer announced. */
const NEWS_MS = 60_000;

type End = Pick<Notice, "run" | "finished">;

const keyOf = ({ run, finished }: End) => `${run} ${Date.parse(finished ?? "")}`;
const isNews = ({ finished }: End, now: number) => finished !== null && now - Date.parse(finished) < NEWS_MS;

/** The ends that have not been announced in this browser; from now on they have been. */
export function takeNews(notices: Notice[], now = Date.now()): Notice[] {
  return note(notices).filter((notice) => isNews(notice, now));
}

/** Whoever saw a run end need not be told that it has; true where that was just now. */
export const sawEnd = (end: End, now = Date.now()): boolean => isNews(end, now) && note([end]).length > 0;

/** Those of the ends that were not told of; from now on they are. What other tabs told meanwhile is kept. */
function note<E extends End>(ends: E[]): E[] {
  const fresh = ends.filter((end) => !useTelling.getState().told.includes(keyOf(end)));
  if (fresh.length === 0) return fresh;
  useTelling.persist.rehydrate();
  const { told } = useTelling.getState();
  useTelling.setState({ told: [...new Set([...told, ...fresh.map(keyOf)])].slice(-KEPT) });
  return fresh;
}

let looked: number | null = null;

/** The run that is shown, until the returned function is called. */
export function lookAt(run: number): () => void {
  looked = run;
  return () => {
    if (looked === run) looked = null;
  };
}

/** Whether one is looking at this very run. */
export const looksAt = (run: number) => !document.hidden && looked === run;

const ENDS: Record<string, string> = {
  completed: "trained through all epochs",
  stopped_early: "stopped early",
  target_reached: "reached its goal",
  stopped_by_user: "was stopped",
  diverged: "diverged; the best model was kept",
};

export const noticeTitle = ({ number, name, state }: Notice) =>
  `Run ${number}${name === `Run ${number}` ? "" : `, ${name},`} ${state === "failed" ? "failed" : "has ended"}`;

/** What came of it, in a line. */
export function noticeLine(notice: Notice): string {
  const { state, problem, reason, lead, best, best_of, own_best } = notice;
  if (state === "failed") return problem?.message ?? "It is not known why.";
  const end = ENDS[reason ?? ""] ?? "finished";
  const said = `${end.charAt(0).toUpperCase()}${end.slice(1)}`;
  if (!lead || best === null) return said;
  const value = measureValue(lead.key, best, { [lead.key]: lead as Measure });
  const reached = `${said}; validation ${inSentence(lead.title ?? lead.key)} ${value}`;
  if (!best_of) return reached;
  const own = ownBestWords(own_best, lead);
  return `${reached}, still that of ${epochWords(notice, best_of.epoch)}${own && `; its own best is ${own}`}`;
}

/** Whether the browser tells now: asked for, and allowed. */
export const browserTells = () =>
  useTelling.getState().browser && "Notification" in window && Notification.permission === "granted";

/** One message of the browser for one end, however many tabs are open. */
export function tellByBrowser(notice: Notice, open: () => void): void {
  const shown = new Notification(noticeTitle(notice), {
    body: [notice.project_name, noticeLine(notice)].filter(Boolean).join(": "),
    tag: `netloom-run-${keyOf(notice)}`,
  });
  shown.onclick = () => {
    window.focus();
    open();
    shown.close();
  };
}

/** Asks the browser for its permission. */
export async function allowBrowser(wanted: boolean): Promise<void> {
  if (wanted && "Notification" in window && Notification.permission === "default")
    await Notification.requestPermission();
  useTelling.setState({ browser: wanted });
}
