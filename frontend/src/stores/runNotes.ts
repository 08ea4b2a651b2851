/** What a person says about runs: sent a moment after it was typed, shown at once, tried again while the server is away. */

import { create } from "zustand";
import { ApiError, request } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Run, RunNotes } from "../api/types";

export type NotesState = "changed" | "saving" | "offline" | "refused";

interface Draft {
  changes: RunNotes;
  state: NotesState;
  error: ApiError | null;
}

type Drafts = { [run: number]: Draft };

/** What is not saved yet, by run; and which runs were saved here, so that the page can say so. */
export const useRunNotes = create<{ drafts: Drafts; saved: { [run: number]: number } }>(() => ({
  drafts: {},
  saved: {},
}));

const QUIET = 600;
const RETRY = 3_000;
const underWay = new Set<number>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

/** The run as it will be once everything is saved. */
export function described<R extends Run>(run: R, drafts: Drafts): R {
  const draft = drafts[run.id];
  return draft ? { ...run, ...draft.changes } : run;
}

/** Changes name, tags, notes or pin of a run. Typing is sent once it pauses, the rest at once. */
export function describeRun(run: number, changes: RunNotes, wait = QUIET): void {
  const before = useRunNotes.getState().drafts[run];
  put(run, { changes: { ...before?.changes, ...changes }, state: "changed", error: null });
  schedule(run, wait);
}

function schedule(run: number, wait: number): void {
  clearTimeout(timers.get(run));
  timers.set(
    run,
    setTimeout(() => void send(run), wait),
  );
}

function put(run: number, draft: Draft): void {
  useRunNotes.setState(({ drafts }) => ({ drafts: { ...drafts, [run]: draft } }));
}

/** One request of a run at a time: of two, the server may take the older one last. */
async function send(run: number, keepalive = false): Promise<void> {
  const draft = useRunNotes.getState().drafts[run];
  if (!draft || (underWay.has(run) && !keepalive)) return;
  const { changes } = draft;
  put(run, { ...draft, state: "saving" });
  underWay.add(run);
  try {
    const { body } = await request<Run>("PATCH", `/api/runs/${run}/`, { body: changes, keepalive });
    queryClient.setQueryData(keys.run(run), body);
    await queryClient.invalidateQueries({ queryKey: ["runs", "of"] });
    settle(run, changes);
  } catch (error) {
    fail(run, changes, error as ApiError);
  } finally {
    underWay.delete(run);
  }
}

/** What was typed while the request was under way is still to be sent. */
function settle(run: number, sent: RunNotes): void {
  const now = useRunNotes.getState().drafts[run];
  if (now && now.changes !== sent) {
    put(run, { ...now, state: "changed" });
    schedule(run, QUIET);
    return;
  }
  useRunNotes.setState(({ drafts: { [run]: _sent, ...drafts }, saved }) => ({
    drafts,
    saved: { ...saved, [run]: Date.now() },
  }));
}

function fail(run: number, sent: RunNotes, error: ApiError): void {
  const now = useRunNotes.getState().drafts[run];
  if (!now) return;
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  if (refused && now.changes !== sent) {
    schedule(run, QUIET);
    return;
  }
  put(run, { ...now, state: refused ? "refused" : "offline", error });
  if (!refused) schedule(run, RETRY);
}

window.addEventListener("pagehide", () => {
  for (const run of Object.keys(useRunNotes.getState().drafts)) void send(Number(run), true);
});
