/** Files on their way to the server; they go on while one looks at other pages. */

import { create } from "zustand";
import type { ApiError } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Dataset } from "../api/types";
import { sendFile } from "../api/upload";
import { tell, tellError } from "../ui/notify";
import { Speed } from "../ui/timeLeft";
import { chooseDataset } from "./dataset";
import { useEditor } from "./editor";

export interface Upload {
  id: number;
  /** The project that asked for it; it gets the data set if it is still open at the end. */
  project: number | null;
  file: File;
  sent: number;
  speed: number | null;
  error: ApiError | null;
}

export const useUploads = create<{ uploads: Upload[] }>(() => ({ uploads: [] }));

const cancels = new Map<number, () => void>();
let next = 1;

export function upload(file: File): void {
  const id = next++;
  const { project } = useEditor.getState();
  const speed = new Speed();
  const entry: Upload = { id, project, file, sent: 0, speed: null, error: null };
  useUploads.setState(({ uploads }) => ({
    uploads: [...uploads.filter((other) => !other.error || other.project !== project), entry],
  }));
  const sending = sendFile<Dataset>({
    path: "/api/datasets/",
    file,
    onProgress: (sent) => {
      speed.mark(sent, performance.now());
      change(id, { sent, speed: speed.perSecond });
    },
  });
  cancels.set(id, sending.cancel);
  sending.done.then(
    (dataset) => arrived(id, dataset),
    (error: ApiError) => failed(id, error),
  );
}

/** Stops sending; what arrived so far is dropped by the server. */
export function cancelUpload(id: number): void {
  cancels.get(id)?.();
}

export function dismissUpload(id: number): void {
  cancels.delete(id);
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.id !== id) }));
}

function change(id: number, changes: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)),
  }));
}

async function arrived(id: number, dataset: Dataset): Promise<void> {
  const entry = useUploads.getState().uploads.find((upload) => upload.id === id);
  dismissUpload(id);
  queryClient.invalidateQueries({ queryKey: keys.datasets, exact: true });
  if (entry?.project !== null && entry?.project === useEditor.getState().project) {
    await chooseDataset(dataset).catch((error) => tellError(error, "The data set could not be chosen"));
  } else {
    tell(`${dataset.name} has arrived. Choose it on the Data step of a project.`);
  }
}

function failed(id: number, error: ApiError): void {
  if (error.code === "cancelled") {
    dismissUpload(id);
    return;
  }
  change(id, { error });
  const entry = useUploads.getState().uploads.find((upload) => upload.id === id);
  if (entry?.project !== useEditor.getState().project) tellError(error, `${entry?.file.name} did not arrive`);
}

window.addEventListener("beforeunload", (event) => {
  if (useUploads.getState().uploads.some((upload) => !upload.error)) event.preventDefault();
});
