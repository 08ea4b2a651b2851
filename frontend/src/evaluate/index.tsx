/** The Evaluate step: how good the model of a run is, in figures. */

import { WITH_MODEL } from "../api/runs";
import type { Run } from "../api/types";
import { epochWords } from "../stores/best";
import { hasModel, useChosenRun } from "../stores/chosenRun";
import { useEditor } from "../stores/editor";
import { useRunFeed } from "../stores/run";
import { Card } from "../ui/Card";
import { ago, count, duration } from "../ui/format";
import { ModelPage } from "../ui/ModelPage";
import { measuresOf } from "../ui/measures";
import { stepPath } from "../ui/router";
import { Answers } from "./Answers";
import styles from "./evaluate.module.css";
import { History } from "./History";
import { MeasureTable } from "./MeasureTable";

const NO_MODEL =
  "When a run has finished, its figures on the validation and the test rows are shown here, and how they came about, epoch by epoch.";

export default function Evaluate() {
  const project = useEditor((editor) => editor.project);
  return project === null ? null : <Page project={project} />;
}

function Page({ project }: { project: number }) {
  return (
    <ModelPage
      {...useChosenRun(project, WITH_MODEL, hasModel)}
      title="Figures of"
      empty={{ title: "No model to evaluate yet", text: NO_MODEL, to: stepPath(project, "train") }}
      sister={{ label: "Use this model", to: (run) => stepPath(project, "use", { run: run.id }) }}
      width={1040}
    >
      {(run) => <Model key={run.id} run={run} />}
    </ModelPage>
  );
}

function Model({ run }: { run: Run }) {
  const { feed, status } = useRunFeed(run.id);
  const measures = measuresOf(status.started);
  const best = run.metrics?.best_epoch ?? null;
  return (
    <>
      <Card title="Measures">
        <MeasureTable metrics={run.metrics ?? {}} measures={measures} />
        <Facts run={run} started={status.started} />
      </Card>
      <Answers run={run.id} />
      <Card title="History">
        <History feed={feed} best={best} measures={measures} />
      </Card>
    </>
  );
}

const modelWords = (run: Run, best: number) =>
  run.best_of
    ? `The model is the one after ${epochWords(run, best)}; no epoch of this run was better.`
    : `The model is the one after epoch ${count(best)}, the best of its run.`;

function Facts({ run, started }: { run: Run; started: { [field: string]: unknown } | null }) {
  const rows = (started?.rows ?? {}) as { [part: string]: number };
  const parts = Object.entries(rows).map(([part, number]) => `${count(number)} ${part}`);
  const facts = [
    run.metrics?.best_epoch ? modelWords(run, run.metrics.best_epoch) : "",
    parts.length > 0 ? `Rows: ${parts.join(", ")}.` : "",
    run.seconds !== null ? `Trained for ${duration(run.seconds)}.` : "",
    run.finished ? `Finished ${ago(run.finished)}.` : "",
  ];
  return <p className={styles.facts}>{facts.filter(Boolean).join(" ")}</p>;
}
