/** The Evaluate step: how good the model of a run is, in figures. */

import type { Run } from "../api/types";
import { hasModel, useChosenRun } from "../stores/chosenRun";
import { useEditor } from "../stores/editor";
import { useRunFeed } from "../stores/run";
import { Card } from "../ui/Card";
import { EmptyPage } from "../ui/EmptyPage";
import { ago, count, duration } from "../ui/format";
import { measuresOf } from "../ui/measures";
import { RunSelect } from "../ui/RunSelect";
import { Link, stepPath } from "../ui/router";
import { Waiting } from "../ui/Waiting";
import styles from "./evaluate.module.css";
import { History } from "./History";
import { MeasureTable } from "./MeasureTable";

export default function Evaluate() {
  const project = useEditor((editor) => editor.project);
  return project === null ? null : <Page project={project} />;
}

function Page({ project }: { project: number }) {
  const { runs, run, choose } = useChosenRun(project, hasModel);
  if (!runs) return <Waiting label="Reading the runs" />;
  if (!run) {
    return (
      <EmptyPage
        title="No model to evaluate yet"
        action={<Link to={stepPath(project, "train")}>Go to Train</Link>}
      >
        When a run has finished, its figures on the validation and the test rows are shown here, and how they
        came about, epoch by epoch.
      </EmptyPage>
    );
  }
  return (
    <div className={styles.page}>
      <div className={styles.title}>
        <h1>Figures of</h1>
        <RunSelect runs={runs} chosen={run.id} choose={choose} />
        <Link to={stepPath(project, "use", { run: run.id })}>Use this model</Link>
      </div>
      <Model key={run.id} run={run} />
    </div>
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
      <Card title="History">
        <History feed={feed} best={best} measures={measures} />
      </Card>
    </>
  );
}

function Facts({ run, started }: { run: Run; started: { [field: string]: unknown } | null }) {
  const rows = (started?.rows ?? {}) as { [part: string]: number };
  const parts = Object.entries(rows).map(([part, number]) => `${count(number)} ${part}`);
  const facts = [
    run.metrics?.best_epoch
      ? `The model is the one after epoch ${run.metrics.best_epoch}, the best of its run.`
      : "",
    parts.length > 0 ? `Rows: ${parts.join(", ")}.` : "",
    run.seconds !== null ? `Trained for ${duration(run.seconds)}.` : "",
    run.finished ? `Finished ${ago(run.finished)}.` : "",
  ];
  return <p className={styles.facts}>{facts.filter(Boolean).join(" ")}</p>;
}
