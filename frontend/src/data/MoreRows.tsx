/** Adding rows to a table: where the files come in, how far they are, and the version they make. */

import { Button, Progress } from "@mantine/core";
import { useDataset } from "../api/queries";
import type { Dataset } from "../api/types";
import { useEditor } from "../stores/editor";
import { upload, useUploads } from "../stores/uploads";
import { dismissProblem, takeVersion, useVersions } from "../stores/versions";
import { Card } from "../ui/Card";
import { DropZone } from "../ui/DropZone";
import { count, plural } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import { ACCEPTED } from "./Choose";
import shared from "./data.module.css";
import { Uploads } from "./Uploads";
import styles from "./uploads.module.css";

interface MoreRowsProps {
  dataset: Dataset;
  open: boolean;
  onClose: () => void;
}

export function MoreRows({ dataset, open, onClose }: MoreRowsProps) {
  const project = useEditor((editor) => editor.project);
  const moving = useUploads((state) => state.uploads).some((one) => one.project === project);
  const problem = useVersions((state) => state.problems[dataset.id]);
  return (
    <>
      <Uploads project={project} />
      {problem && (
        <ProblemCard
          title="The rows were not added; the data set is as it was"
          message={problem.message}
          hint={problem.hint}
          code={problem.code}
        >
          <Button size="xs" variant="default" onClick={() => dismissProblem(dataset.id)}>
            Dismiss
          </Button>
        </ProblemCard>
      )}
      {dataset.newer !== null && !moving && <Newer id={dataset.newer} dataset={dataset} />}
      {open && !moving && (
        <Card
          title="Add rows"
          aside={
            <Button size="compact-xs" variant="subtle" color="gray" onClick={onClose}>
              Close
            </Button>
          }
        >
          <DropZone
            button="Choose files with more rows"
            accept={ACCEPTED}
            onFiles={(files) => {
              onClose();
              upload(files, dataset);
            }}
          >
            They need the columns of {dataset.name}, in any order. With them it becomes version{" "}
            {dataset.version + 1}, prepared as before; this version and its runs stay as they are.
          </DropZone>
        </Card>
      )}
    </>
  );
}

/** A version with more rows: on its way, or to be used instead. */
function Newer({ id, dataset }: { id: number; dataset: Dataset }) {
  const { data: version } = useDataset(id);
  if (!version) return null;
  if (version.state === "reading") {
    const fraction = version.progress?.fraction ?? 0;
    return (
      <div className={styles.progress} role="status" aria-label="Adding rows">
        <div className={styles.progressText}>
          <strong>Adding rows</strong>
          <span>Version {version.version} is being read. This one stays in use until then.</span>
        </div>
        <Progress value={100 * fraction} aria-label="Read so far" />
      </div>
    );
  }
  if (version.state !== "ready") return null;
  const more = (version.rows ?? 0) - (dataset.rows ?? 0);
  return (
    <div className={shared.notice} role="status" aria-label="Newer version">
      <span>
        Version {version.version} has {plural(more, "more row", "more rows")}: {count(version.rows ?? 0)}{" "}
        instead of {count(dataset.rows ?? 0)}.
      </span>
      <Button size="xs" variant="default" onClick={() => takeVersion(version)}>
        Use version {version.version}
      </Button>
    </div>
  );
}
