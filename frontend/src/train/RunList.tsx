/** The runs of the project, newest first. */

import { ActionIcon, TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Run } from "../api/types";
import { isLive, leadMetric } from "../stores/chosenRun";
import { removeWithUndo } from "../stores/removing";
import { inSentence, type MeasureList, measureTitle, measureValue } from "../ui/measures";
import { tellError } from "../ui/notify";
import styles from "./train.module.css";
import { runLine } from "./words";

interface RunListProps {
  runs: Run[];
  chosen: number;
  measures: MeasureList;
  choose: (id: number | null) => void;
}

export function RunList({ runs, chosen, measures, choose }: RunListProps) {
  const [renaming, setRenaming] = useState<number | null>(null);
  const lead = runs.map((run) => leadMetric(run.metrics?.validation)).find((found) => found !== null);
  const named = lead && Object.keys(measures).length > 0 && nameOf(lead[0], measures);
  return (
    <nav className={styles.runs} aria-label="Runs">
      <h2 className={styles.small}>Runs {named && <span>{named}</span>}</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.id} className={styles.run} data-chosen={run.id === chosen || undefined}>
            <span className={styles.dot} data-state={run.state} />
            {renaming === run.id ? (
              <NameField run={run} done={() => setRenaming(null)} />
            ) : (
              <RunRow
                run={run}
                chosen={run.id === chosen}
                measures={measures}
                choose={() => choose(run.id)}
              />
            )}
            <span className={styles.tools}>
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`Rename run ${run.number}`}
                title="Rename"
                onClick={() => setRenaming(run.id)}
              >
                ✎
              </ActionIcon>
              {!isLive(run) && (
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete run ${run.number}`}
                  title="Delete"
                  onClick={() => {
                    remove(run);
                    if (run.id === chosen) choose(null);
                  }}
                >
                  ✕
                </ActionIcon>
              )}
            </span>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const nameOf = (name: string, measures: MeasureList) =>
  `Validation ${inSentence(measureTitle(name, measures))}`;

interface RunRowProps {
  run: Run;
  chosen: boolean;
  measures: MeasureList;
  choose: () => void;
}

function RunRow({ run, chosen, measures, choose }: RunRowProps) {
  const lead = leadMetric(run.metrics?.validation);
  return (
    <button type="button" className={styles.runButton} aria-current={chosen || undefined} onClick={choose}>
      <span className={styles.runName} title={`#${run.number} ${run.name}`}>
        #{run.number} {run.name}
      </span>
      <span className={styles.figure} title={lead ? nameOf(lead[0], measures) : undefined}>
        {lead ? measureValue(lead[0], lead[1], measures) : "—"}
      </span>
      <small data-state={run.state} title={runLine(run)}>
        {runLine(run)}
      </small>
    </button>
  );
}

function NameField({ run, done }: { run: Run; done: () => void }) {
  const [name, setName] = useState(run.name);
  async function keep() {
    done();
    const wanted = name.trim();
    if (!wanted || wanted === run.name) return;
    await api
      .patch(`/api/runs/${run.id}/`, { name: wanted })
      .catch((error) => tellError(error, "The run keeps its name"));
    queryClient.invalidateQueries({ queryKey: ["runs"] });
  }
  return (
    <TextInput
      size="xs"
      aria-label={`New name of run ${run.number}`}
      value={name}
      maxLength={200}
      ref={(field) => field?.focus()}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") done();
      }}
    />
  );
}

function remove(run: Run): void {
  removeWithUndo({
    key: `run:${run.id}`,
    message: `Run ${run.number} was deleted.`,
    remove: async () => {
      await api.remove(`/api/runs/${run.id}/`);
      queryClient.invalidateQueries({ queryKey: ["runs"] });
      queryClient.invalidateQueries({ queryKey: keys.projects, exact: true });
    },
  });
}
