/** Files on their way, with speed and time left, and those that did not arrive. */

import { Button, Progress } from "@mantine/core";
import type { ApiError } from "../api/client";
import { cancelUpload, dismissUpload, type Upload, upload, useUploads } from "../stores/uploads";
import { ProblemCard } from "../ui/Problem";
import { transfer } from "../ui/timeLeft";
import styles from "./data.module.css";

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

function Moving({ upload: { id, file, sent, speed } }: { upload: Upload }) {
  const complete = sent >= file.size;
  return (
    <div className={styles.progress} role="status" aria-label={`Uploading ${file.name}`}>
      <div className={styles.progressText}>
        <strong>{file.name}</strong>
        <span>{complete ? "Arrived, storing it…" : transfer(sent, file.size, speed)}</span>
        <Button size="xs" variant="default" onClick={() => cancelUpload(id)}>
          Cancel the upload
        </Button>
      </div>
      <Progress
        value={(100 * sent) / Math.max(1, file.size)}
        animated={complete}
        aria-label={`Uploaded share of ${file.name}`}
      />
    </div>
  );
}

const Lost = ({ upload: { id, file, error } }: { upload: Upload }) => (
  <ProblemCard
    title={refused(error) ? `${file.name} was not accepted` : `${file.name} did not arrive`}
    message={error?.message ?? ""}
    hint={error?.hint}
    code={error?.code}
  >
    {!refused(error) && (
      <Button size="xs" variant="default" onClick={() => upload(file)}>
        Try again
      </Button>
    )}
    <Button size="xs" variant="subtle" color="gray" onClick={() => dismissUpload(id)}>
      Dismiss
    </Button>
  </ProblemCard>
);

/** The server looked at it and said no; sending it again would not help. */
const refused = (error: ApiError | null) => error !== null && error.status >= 400 && error.status < 500;
