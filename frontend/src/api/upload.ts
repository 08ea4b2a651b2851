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
  /** Stops for good; the server drops what has arrived. */
  cancel: () => void;
}

interface SendFile {
  file: File;
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
export function sendFile({ file, onProgress, onState, onBegun }: SendFile): Sending {
  let upload: Upload | null = null;
  let stopped: "paused" | "cancelled" | null = null;
  let fail: (error: ApiError) => void = () => {};

  const begin = async (resolve: (id: string) => void) => {
    const tus = await import("tus-js-client");
    upload = new tus.Upload(file, {
      ...options(onState),
      metadata: { filename: file.name },
      onProgress: (sent) => {
        onState("sending");
        onProgress(sent);
      },
      onUploadUrlAvailable: () => onBegun(idOf(upload)),
      onSuccess: () => resolve(idOf(upload)),
      onError: (error) => fail(asApiError(error)),
    });
    const previous = (await upload.findPreviousUploads()).at(-1);
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
      upload?.abort(true).catch(() => {}); // what cannot be dropped now goes after a day
      fail(new ApiError(cancelled, 0));
    },
  };
}

const options = (onState: (state: SendingState) => void): UploadOptions => ({
  endpoint: ENDPOINT,
  chunkSize: PIECE,
  retryDelays: DELAYS,
  removeFingerprintOnSuccess: true,
  onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
  onShouldRetry: (error) => {
    const again = isPassing(error.originalResponse?.getStatus() ?? 0);
    if (again) onState("waiting");
    return again;
  },
});

/** Whether what went wrong may be over in a moment: no answer, another connection at work, a server that restarts. */
const isPassing = (status: number) =>
  status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);

const idOf = (upload: Upload | null) => upload?.url?.split("/").at(-2) ?? "";

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
