/** Sends a file with progress, which fetch cannot report. */

import { ApiError, csrfToken, refused } from "./client";
import type { Problem } from "./types";

export interface Sending<T> {
  done: Promise<T>;
  cancel: () => void;
}

interface SendFile {
  path: string;
  file: File;
  fields?: Record<string, string>;
  onProgress: (sent: number) => void;
}

/** Rejects with an ApiError; a cancelled one has the code "cancelled". */
export function sendFile<T>({ path, file, fields = {}, onProgress }: SendFile): Sending<T> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name);
  const xhr = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    xhr.open("POST", path);
    xhr.setRequestHeader("X-CSRFToken", csrfToken());
    xhr.setRequestHeader("Accept", "application/json");
    xhr.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size));
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText) as T);
      else reject(refused(xhr.status, xhr.responseText));
    };
    xhr.onerror = () => reject(new ApiError(broken, 0));
    xhr.onabort = () => reject(new ApiError(cancelled, 0));
    xhr.send(form);
  });
  return { done, cancel: () => xhr.abort() };
}

const broken: Problem = {
  code: "upload_interrupted",
  message: "The connection broke before the file was complete.",
  hint: "Check that Netloom is still running, then try again.",
};
const cancelled: Problem = { code: "cancelled", message: "The upload was cancelled.", hint: null };
