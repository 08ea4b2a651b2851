/** Files on their way to the server; they go on while one looks at other pages. */

import { create } from "zustand";
import { ApiError, api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Dataset } from "../api/types";
import { dropUploads, forgetUploads, type Sending, type SendingState, sendFile } from "../api/upload";
import { tell, tellError } from "../ui/notify";
import { Speed } from "../ui/timeLeft";
import { chooseDataset } from "./dataset";
import { useEditor } from "./editor";
import { followVersion } from "./versions";

export interface Upload {
  id: number;
  /** The project that asked for it; it gets the data set if it is still open at the end. */
  project: number | null;
  /** They become one data set, or more rows of one. */
  files: File[];
  appendTo: Dataset | null;
  size: number;
  sent: number;
  speed: number | null;
  state: SendingState | "storing";
  /** The server's names for what it has, in the order of the files. */
  begun: string[];
  error: ApiError | null;
}

export const useUploads = create<{ uploads: Upload[] }>(() => ({ uploads: [] }));

const sendings = new Map<number, Sending>();
/** How many of the files have arrived whole. */
const arrivals = new Map<number, number>();
let next = 1;

export function upload(files: File[], appendTo: Dataset | null = null): void {
  const id = next++;
  const { project } = useEditor.getState();
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const entry: Upload = {
    ...{ id, project, files, appendTo, size, sent: 0, speed: null },
    ...{ state: "sending", begun: [], error: null },
  };
  useUploads.setState(({ uploads }) => ({
    uploads: [...uploads.filter((other) => !other.error || other.project !== project), entry],
  }));
  go(id);
}

/** Goes on after an error where it ended. */
export function goOn(id: number): void {
  change(id, { error: null, state: "sending" });
  go(id);
}

export function pauseUpload(id: number): void {
  sendings.get(id)?.pause();
}

export function resumeUpload(id: number): void {
  sendings.get(id)?.resume();
}

/** Stops sending; what arrived so far, of all the files, is dropped by the server. */
export function cancelUpload(id: number): void {
  const { begun = [] } = entryOf(id) ?? {};
  sendings.get(id)?.cancel();
  dropUploads(begun).then(refreshUnfinished);
}

export function dismissUpload(id: number): void {
  sendings.delete(id);
  arrivals.delete(id);
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.id !== id) }));
  refreshUnfinished();
}

/** What the server has of files that are not on their way now may have changed. */
export const refreshUnfinished = () => queryClient.invalidateQueries({ queryKey: keys.uploads });

export const nameOf = ({ files }: Pick<Upload, "files">) =>
  files.length > 1 ? `${files[0]?.name} and ${files.length - 1} more` : (files[0]?.name ?? "");

function go(id: number): void {
  send(id).then(
    (dataset) => arrived(id, dataset),
    (error: unknown) => failed(id, error),
  );
}

const entryOf = (id: number) => useUploads.getState().uploads.find((upload) => upload.id === id);

/** One file after the other, and in the end the data set that they become. */
async function send(id: number): Promise<Dataset> {
  const files = entryOf(id)?.files ?? [];
  for (let place = arrivals.get(id) ?? 0; place < files.length; place += 1) {
    const before = files.slice(0, place).reduce((sum, file) => sum + file.size, 0);
    await sendOne(id, files[place] as File, place, before);
    arrivals.set(id, place + 1);
  }
  sendings.delete(id);
  change(id, { state: "storing" });
  const { begun: uploads = [], appendTo = null } = entryOf(id) ?? {};
  return api.post<Dataset>(appendTo ? `/api/datasets/${appendTo.id}/append/` : "/api/datasets/", { uploads });
}

async function sendOne(id: number, file: File, place: number, before: number): Promise<void> {
  let speed = new Speed();
  const own = entryOf(id)?.begun[place];
  const others = useUploads.getState().uploads.flatMap(({ begun }) => begun);
  const sending = sendFile({
    file,
    others: others.filter((other) => other !== own),
    onProgress: (sent) => {
      speed.mark(sent, performance.now());
      change(id, { sent: before + sent, speed: speed.perSecond });
    },
    onState: (state) => {
      if (entryOf(id)?.state === state) return;
      speed = new Speed();
      change(id, { state, speed: null });
    },
    onBegun: (upload) =>
      change(id, { begun: Object.assign([...(entryOf(id)?.begun ?? [])], { [place]: upload }) }),
  });
  sendings.set(id, sending);
  await sending.done;
}

function change(id: number, changes: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)),
  }));
}

async function arrived(id: number, dataset: Dataset): Promise<void> {
  const entry = entryOf(id);
  dismissUpload(id);
  forgetUploads(entry?.begun ?? []);
  queryClient.invalidateQueries({ queryKey: keys.datasets, exact: true });
  if (entry?.appendTo) {
    followVersion(entry.project, entry.appendTo, dataset);
  } else if (entry?.project !== null && entry?.project === useEditor.getState().project) {
    await chooseDataset(dataset).catch((error) => tellError(error, "The data set could not be chosen"));
  } else {
    tell(`${dataset.name} has arrived. Choose it on the Data step of a project.`);
  }
}

function failed(id: number, reason: unknown): void {
  const error = reason instanceof ApiError ? reason : new ApiError(unknown, 0);
  if (error.code === "cancelled") {
    dismissUpload(id);
    return;
  }
  change(id, { error });
  refreshUnfinished();
  const entry = entryOf(id);
  if (entry && entry.project !== useEditor.getState().project)
    tellError(error, `${nameOf(entry)} did not arrive`);
}

const unknown = {
  code: "upload_failed",
  message: "The browser could not send the file.",
  hint: "Try again.",
};

window.addEventListener("beforeunload", (event) => {
  const moving = ({ error, state }: Upload) => !error && state !== "paused";
  if (useUploads.getState().uploads.some(moving)) event.preventDefault();
});
