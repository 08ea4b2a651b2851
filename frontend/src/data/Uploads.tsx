/** Files on their way, with speed and time left, and those that did not arrive. */

import { Button, Progress } from "@mantine/core";
import type { ApiError } from "../api/client";
import {
  cancelUpload,
  dismissUpload,
  goOn,
  nameOf,
  pauseUpload,
  resumeUpload,
  type Upload,
  useUploads,
} from "../stores/uploads";
import { bytes } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import { transfer } from "../ui/timeLeft";
import styles from "./uploads.module.css";

export function Uploads({ project }: { project: number | null }) {
  const uploads = useUploads((state) => state.uploads);
  const own = uploads.filter((one) => one.project === project);
  if (own.length === 0) return null;
  return (
    <div className={styles.uploads}>
      {own.map((one) =>
        one.error ? <Lost key={one.id} upload={one} /> : <Moving key={one.id} upload={one} />,
      )}
    </div>
  );
}

function Moving({ upload }: { upload: Upload }) {
  const { id, sent, size, state } = upload;
  const name = nameOf(upload);
  return (
    <div className={styles.progress} role="status" aria-label={`Uploading ${name}`}>
      <div className={styles.progressText}>
        <strong>{name}</strong>
        <span>{standing(upload)}</span>
        {state !== "storing" && (
          <>
            {state === "paused" ? (
              <Button size="xs" onClick={() => resumeUpload(id)}>
                Go on
              </Button>
            ) : (
              <Button size="xs" variant="default" onClick={() => pauseUpload(id)}>
                Pause
              </Button>
            )}
            <Button size="xs" variant="default" onClick={() => cancelUpload(id)}>
              Cancel the upload
            </Button>
          </>
        )}
      </div>
      <Progress
        value={(100 * sent) / Math.max(1, size)}
        color={state === "waiting" || state === "paused" ? "gray" : undefined}
        animated={state === "storing"}
        aria-label={`Uploaded share of ${name}`}
      />
    </div>
  );
}

function standing({ state, sent, size, speed }: Upload): string {
  if (state === "storing") return "Arrived, storing it…";
  const share = `${bytes(sent)} of ${bytes(size)}`;
  if (state === "paused") return `${share}, paused`;
  if (state === "waiting") return `${share}. The connection is broken; it goes on by itself.`;
  return transfer(sent, size, speed);
}

const Lost = ({ upload }: { upload: Upload }) => (
  <ProblemCard
    title={
      refused(upload.error) ? `${nameOf(upload)} was not accepted` : `${nameOf(upload)} did not arrive whole`
    }
    message={upload.error?.message ?? ""}
    hint={upload.error?.hint}
    code={upload.error?.code}
  >
    {!refused(upload.error) && (
      <Button size="xs" variant="default" onClick={() => goOn(upload.id)}>
        Go on
      </Button>
    )}
    <Button size="xs" variant="subtle" color="gray" onClick={() => dismissUpload(upload.id)}>
      Dismiss
    </Button>
  </ProblemCard>
);

/** The server looked at it and said no; sending it again would not help, unless something else is done first. */
const refused = (error: ApiError | null) =>
  error !== null &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 401 &&
  !HELD.includes(error.code);

/** Until other uploads are finished, or another connection is done. */
const HELD = ["too_many_uploads", "upload_is_busy"];
