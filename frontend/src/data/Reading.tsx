/** A data set on its way to be ready, and one that could not be read. */

import { Button, Progress } from "@mantine/core";
import type { Dataset } from "../api/types";
import { EmptyPage } from "../ui/EmptyPage";
import { bytes } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import { words } from "../ui/words";
import { Choose } from "./Choose";
import styles from "./data.module.css";
import { ReadingCard } from "./ReadingCard";
import { mendable } from "./readings";

export function Reading({ dataset, another }: { dataset: Dataset; another: () => void }) {
  const fraction = dataset.progress?.fraction ?? 0;
  const phase = dataset.progress?.phase ? words(dataset.progress.phase) : "Reading";
  return (
    <EmptyPage
      title={`Reading ${dataset.name}`}
      action={
        <Button variant="default" onClick={another}>
          Choose another data set
        </Button>
      }
    >
      <div className={styles.reading} role="status">
        <Progress value={100 * fraction} aria-label="Read so far" />
        <div className={styles.readingText}>
          <span>{phase}</span>
          <span>{Math.round(100 * fraction)}%</span>
        </div>
        What is in each column is being found out
        {dataset.size ? ` (${bytes(dataset.size)})` : ""}. You can go on elsewhere meanwhile.
      </div>
    </EmptyPage>
  );
}

export function Failed({ dataset }: { dataset: Dataset }) {
  return (
    <Choose current={dataset.id}>
      <ProblemCard
        title={`${dataset.filename || dataset.name} could not be read`}
        message={dataset.problem?.message ?? "It is not known why."}
        hint={dataset.problem?.hint}
        code={dataset.problem?.code}
      />
      {mendable(dataset) && <ReadingCard dataset={dataset} />}
    </Choose>
  );
}
