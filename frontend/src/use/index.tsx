/** The Use step: take the model away, or ask it something here. */

import { useDataset, useRun } from "../api/queries";
import type { Run } from "../api/types";
import { hasModel, useChosenRun } from "../stores/chosenRun";
import { useEditor } from "../stores/editor";
import { EmptyPage } from "../ui/EmptyPage";
import { RunSelect } from "../ui/RunSelect";
import { Link, stepPath } from "../ui/router";
import { Waiting } from "../ui/Waiting";
import { BundleCard } from "./BundleCard";
import { PredictImage } from "./PredictImage";
import { PredictRow } from "./PredictRow";
import styles from "./use.module.css";

export default function Use() {
  const project = useEditor((editor) => editor.project);
  return project === null ? null : <Page project={project} />;
}

function Page({ project }: { project: number }) {
  const { runs, run, choose } = useChosenRun(project, hasModel);
  if (!runs) return <Waiting label="Reading the runs" />;
  if (!run) {
    return (
      <EmptyPage
        title="No model to use yet"
        action={<Link to={stepPath(project, "train")}>Go to Train</Link>}
      >
        When a run has finished, its model can be downloaded here, with everything it needs to run elsewhere,
        and tried on single rows or pictures.
      </EmptyPage>
    );
  }
  return (
    <div className={styles.page}>
      <div className={styles.title}>
        <h1>Model of</h1>
        <RunSelect runs={runs} chosen={run.id} choose={choose} />
        <Link to={stepPath(project, "evaluate", { run: run.id })}>Evaluate this model</Link>
      </div>
      <Model key={run.id} run={run} />
    </div>
  );
}

function Model({ run }: { run: Run }) {
  const { data: whole } = useRun(run.id);
  const { data: dataset } = useDataset(run.dataset);
  const recipe = whole?.recipe;
  if (!recipe) return <Waiting label="Reading the run" />;
  const images = recipe.kind === "images";
  return (
    <div className={styles.columns}>
      {images ? (
        <PredictImage run={run} recipe={recipe} />
      ) : (
        <PredictRow key={dataset?.id ?? 0} run={run} recipe={recipe} dataset={dataset ?? null} />
      )}
      <BundleCard run={run} images={images} />
    </div>
  );
}
