/** Sends a file by tus, so that neither a broken connection nor a reload of the page loses what has arrived. */

import type { DetailedError, Upload, UploadOptions } from "tus-js-client";
import { ApiError, csrfToken, refused } from "./client";
import type { Problem } from "./types";

/** `waiting`: the connection broke, and is tried again and again by itself. */
export type SendingState = "sending" | "waiting" | "paused";

export interface Sending {
  /** The id of the upload, once all of it has arrived; rejects with an ApiError. */
  done: Promise<string>;
  pause: () => void;
  resume: () => void;
  /** Stops for good; what has arrived stays until it is dropped. */
  cancel: () => void;
}

interface SendFile {
  file: File;
  /** Uploads of other files that are on their way, which may look just like this one. */
  others: string[];
  onProgress: (sent: number) => void;
  onState: (state: SendingState) => void;
  /** The id of the upload, as soon as the server has given one. */
  onBegun: (id: string) => void;
}

const ENDPOINT = "/api/uploads/";
/** Bytes of a request: large enough to cost nothing, small enough for what stands between and stores requests whole. */
const PIECE = 64 * 2 ** 20;
/** Milliseconds before each further attempt: for half an hour without a single byte. */
const DELAYS = [0, 500, 1_000, 2_000, ...Array<number>(600).fill(3_000)];

/** A cancelled upload rejects with the code "cancelled". */
export function sendFile({ file, others, onProgress, onState, onBegun }: SendFile): Sending {
  let upload: Upload | null = null;
  let stopped: "paused" | "cancelled" | null = null;
  let fail: (error: ApiError) => void = () => {};

  const begin = async (resolve: (id: string) => void) => {
    const tus = await import("tus-js-client");
    upload = new tus.Upload(file, {
      ...OPTIONS,
      chunkSize: PIECE,
      onShouldRetry: (error) => {
        const again = isPassing(error);
        if (again) onState("waiting");
        return again;
      },
      metadata: { filename: file.name },
      onProgress: (sent) => {
        onState("sending");
        onProgress(sent);
      },
      onUploadUrlAvailable: () => onBegun(idIn(upload?.url)),
      onSuccess: () => resolve(idIn(upload?.url)),
      onError: (error) => fail(asApiError(error)),
    });
    const previous = (await upload.findPreviousUploads())
      .filter(({ uploadUrl }) => !others.includes(idIn(uploadUrl)))
      .at(-1);
    if (previous) upload.resumeFromPreviousUpload(previous);
    if (stopped === null) upload.start();
  };

  const done = new Promise<string>((resolve, reject) => {
    fail = reject;
    begin(resolve).catch(() => reject(new ApiError(broken, 0)));
  });
  return {
    done,
    pause: () => {
      stopped = "paused";
      upload?.abort();
      onState("paused");
    },
    resume: () => {
      stopped = null;
      onState("sending");
      upload?.start();
    },
    cancel: () => {
      stopped = "cancelled";
      upload?.abort();
      fail(new ApiError(cancelled, 0));
    },
  };
}

const OPTIONS: UploadOptions = {
  endpoint: ENDPOINT,
  retryDelays: DELAYS,
  onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
  onShouldRetry: (error) => isPassing(error),
};

/** Has the server drop what has arrived; what cannot be dropped now goes after a day. */
export async function dropUploads(ids: string[]): Promise<void> {
  const { Upload } = await import("tus-js-client");
  await forgetUploads(ids);
  await Promise.allSettled(ids.map((id) => Upload.terminate(`${ENDPOINT}${id}/`, OPTIONS)));
}

/** Uploads that have become a data set, or never will: choosing their files again sends them anew. */
export async function forgetUploads(ids: string[]): Promise<void> {
  const { urlStorage } = (await import("tus-js-client")).defaultOptions;
  for (const { uploadUrl, urlStorageKey } of await urlStorage.findAllUploads())
    if (ids.includes(idIn(uploadUrl))) await urlStorage.removeUpload(urlStorageKey);
}

/** Whether what went wrong may be over in a moment: no answer, another connection at work, a server that restarts. */
function isPassing({ originalResponse: answer }: DetailedError): boolean {
  const status = answer?.getStatus() ?? 0;
  if (status === 409) return refused(status, answer?.getBody() ?? "").code === "upload_offset_differs";
  return status === 0 || status === 408 || status === 423 || (status >= 500 && status !== 507);
}

const idIn = (address: string | null | undefined) => address?.split("/").at(-2) ?? "";

function asApiError(error: Error | DetailedError): ApiError {
  const answer = "originalResponse" in error ? error.originalResponse : null;
  return answer ? refused(answer.getStatus(), answer.getBody()) : new ApiError(broken, 0);
}

const broken: Problem = {
  code: "upload_interrupted",
  message: "The connection broke before the file was complete.",
  hint: "What has arrived is kept for a day. Check that Netloom is still running, then go on.",
};
const cancelled: Problem = { code: "cancelled", message: "The upload was cancelled.", hint: null };
