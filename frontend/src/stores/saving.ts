/** Autosave: sends what changed in the open document, a moment after it changed, until the server has it. */

import { replaceEqualDeep } from "@tanstack/react-query";
import { create } from "zustand";
import { type ApiError, request } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Project, ProjectDocument } from "../api/types";
import { tell } from "../ui/notify";
import { changeDocument, closeDocument, openDocument, useEditor } from "./editor";

export type SaveState = "saved" | "changed" | "saving" | "offline" | "conflict" | "refused";

interface Saving {
  state: SaveState;
  savedAt: number | null;
  error: ApiError | null;
}

export const useSaving = create<Saving>(() => ({ state: "saved", savedAt: null, error: null }));

const QUIET = 600;
const RETRY = 3_000;
const KEEPALIVE_LIMIT = 60_000;

let saved: ProjectDocument | null = null;
let etag: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let sending: Promise<void> | null = null;

/** The parts of the document that differ from what the server has. */
export function changedParts(before: ProjectDocument, now: ProjectDocument): Partial<ProjectDocument> {
  const parts = Object.entries(now).filter(([key, value]) => before[key as keyof ProjectDocument] !== value);
  return Object.fromEntries(parts);
}

/** Reads a project and makes it the open document. Work that a closed page left behind is put back. */
export async function openProject(id: number, signal?: AbortSignal): Promise<void> {
  const answer = await request<Project>("GET", `/api/projects/${id}/`, { signal });
  etag = answer.etag;
  openDocument(answer.body);
  saved = useEditor.getState().document;
  useSaving.setState({ state: "saved", savedAt: null, error: null });
  putBack(id, answer.etag);
}

/** Work that could not be sent before the page closed, and that the server still lacks, comes back. */
function putBack(project: number, tag: string | null): void {
  const draft = takeDraft(project);
  if (!draft || !saved) return;
  const lacking = changedParts(saved, {
    ...saved,
    ...replaceEqualDeep(pick(saved, draft.changes), draft.changes),
  });
  if (Object.keys(lacking).length === 0) return;
  changeDocument(lacking);
  if (draft.etag !== tag)
    tell("Changes that were not saved when the page closed are back. Undo takes them away.");
}

function pick(document: ProjectDocument, parts: Partial<ProjectDocument>): Partial<ProjectDocument> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key in parts));
}

/** Sends what is left and forgets the project, unless another one was opened meanwhile. What cannot be sent is back
 *  when the project is opened again. */
export async function closeProject(): Promise<void> {
  const { project } = useEditor.getState();
  keepDraft();
  await flush().catch(keepDraft); // a request that was under way may have succeeded and dropped the draft
  if (useEditor.getState().project !== project) return;
  clearTimeout(timer);
  saved = null;
  closeDocument();
}

/** Sends what is unsaved now and waits for the answer; throws when the server refuses it. */
export async function flush(): Promise<void> {
  clearTimeout(timer);
  if (sending) await sending.catch(() => {});
  if (Object.keys(unsaved()).length > 0) await send();
}

/** After a conflict: take the server's document, or put ours over it. */
export async function resolveConflict(keep: "ours" | "theirs"): Promise<void> {
  const { project, document } = useEditor.getState();
  if (project === null) return;
  if (keep === "theirs") {
    await openProject(project);
    return;
  }
  const answer = await request<Project>("GET", `/api/projects/${project}/`);
  const { name, graph, dataset, recipe, settings } = answer.body;
  saved = { name, graph, dataset, recipe, settings };
  etag = answer.etag;
  useEditor.setState({ document: { ...document } });
  await send();
}

function unsaved(): Partial<ProjectDocument> {
  const { project, document } = useEditor.getState();
  return project !== null && saved ? changedParts(saved, document) : {};
}

function remember(tag: string | null): void {
  etag = tag;
  queryClient.invalidateQueries({ queryKey: keys.projects, exact: true });
}

function send(): Promise<void> {
  sending = attempt().finally(() => {
    sending = null;
  });
  return sending;
}

async function attempt(): Promise<void> {
  const { project, document } = useEditor.getState();
  const changes = unsaved();
  if (project === null) return;
  if (Object.keys(changes).length === 0) {
    useSaving.setState({ state: "saved", error: null });
    return;
  }
  useSaving.setState({ state: "saving" });
  try {
    const headers: Record<string, string> = etag ? { "If-Match": etag } : {};
    const answer = await request<Project>("PATCH", `/api/projects/${project}/`, { body: changes, headers });
    dropDraft(project);
    if (useEditor.getState().project !== project) return;
    saved = document;
    remember(answer.etag);
    useSaving.setState({ state: "saved", savedAt: Date.now(), error: null });
    if (Object.keys(unsaved()).length > 0) schedule(QUIET);
  } catch (error) {
    failed(error as ApiError);
    throw error;
  }
}

function failed(error: ApiError): void {
  if (error.status === 412) {
    useSaving.setState({ state: "conflict", error });
  } else if (error.status >= 400 && error.status < 500 && error.status !== 429) {
    useSaving.setState({ state: "refused", error });
  } else {
    useSaving.setState({ state: "offline", error });
    schedule(RETRY);
  }
}

function schedule(wait: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (sending) schedule(QUIET);
    else send().catch(() => {});
  }, wait);
}

useEditor.subscribe((now, before) => {
  if (now.document === before.document || now.project === null || now.project !== before.project) return;
  if (!saved) return;
  const { state } = useSaving.getState();
  if (state === "conflict") return;
  if (state !== "saving") useSaving.setState({ state: "changed" });
  schedule(QUIET);
});

const draftKey = (project: number) => `netloom.draft.${project}`;
const dropDraft = (project: number) => localStorage.removeItem(draftKey(project));

function takeDraft(project: number): { etag: string | null; changes: Partial<ProjectDocument> } | null {
  const text = localStorage.getItem(draftKey(project));
  dropDraft(project);
  return text ? JSON.parse(text) : null;
}

/** Keeps what is unsaved in this browser, until the server has it. */
function keepDraft(): void {
  const { project } = useEditor.getState();
  const changes = unsaved();
  if (project === null || Object.keys(changes).length === 0) return;
  try {
    localStorage.setItem(draftKey(project), JSON.stringify({ etag, changes }));
  } catch {
    // No room for a draft; the request that follows is what is left.
  }
}

/** The page is going: keep a draft here, and try to send it along if it is small enough. */
function leave(): void {
  const { project } = useEditor.getState();
  const changes = unsaved();
  if (project === null || Object.keys(changes).length === 0) return;
  keepDraft();
  const fits = JSON.stringify(changes).length < KEEPALIVE_LIMIT;
  if (!fits || sending || !etag || useSaving.getState().state === "conflict") return;
  request<Project>("PATCH", `/api/projects/${project}/`, {
    body: changes,
    headers: { "If-Match": etag },
    keepalive: true,
  }).then(
    (answer) => {
      saved = { ...(saved as ProjectDocument), ...changes };
      dropDraft(project);
      remember(answer.etag);
      useSaving.setState({ state: "saved", savedAt: Date.now(), error: null });
    },
    () => {},
  );
}

window.addEventListener("pagehide", leave);
window.addEventListener("online", () => {
  if (useSaving.getState().state === "offline") schedule(0);
});
window.addEventListener("beforeunload", (event) => {
  if (Object.keys(unsaved()).length > 0 && useSaving.getState().state === "conflict") event.preventDefault();
});
