/** The Use step: take the model away, or ask it something here. */

import { useDataset, useRun } from "../api/queries";
import { WITH_MODEL } from "../api/runs";
import type { Run } from "../api/types";
import { hasModel, useChosenRun } from "../stores/chosenRun";
import { useEditor } from "../stores/editor";
import { ModelPage } from "../ui/ModelPage";
import { stepPath } from "../ui/router";
import { Waiting } from "../ui/Waiting";
import { BundleCard } from "./BundleCard";
import { PredictImage } from "./PredictImage";
import { PredictRow } from "./PredictRow";
import { PredictSeries } from "./PredictSeries";
import styles from "./use.module.css";

const NO_MODEL =
  "When a run has finished, its model can be downloaded here, with everything it needs to run elsewhere, and tried on single rows or pictures.";

export default function Use() {
  const project = useEditor((editor) => editor.project);
  return project === null ? null : <Page project={project} />;
}

function Page({ project }: { project: number }) {
  return (
    <ModelPage
      {...useChosenRun(project, WITH_MODEL, hasModel)}
      title="Model of"
      empty={{ title: "No model to use yet", text: NO_MODEL, to: stepPath(project, "train") }}
      sister={{
        label: "Evaluate this model",
        to: (run) => stepPath(project, "evaluate", { run: run.id }),
      }}
      width={1240}
    >
      {(run) => <Model key={run.id} run={run} />}
    </ModelPage>
  );
}

function Model({ run }: { run: Run }) {
  const { data: whole } = useRun(run.id);
  const { data: dataset } = useDataset(run.dataset);
  const recipe = whole?.recipe;
  if (!recipe) return <Waiting label="Reading the run" />;
  const images = recipe.kind === "images";
  const Predict = recipe.kind === "series" ? PredictSeries : PredictRow;
  return (
    <div className={styles.columns}>
      {images ? (
        <PredictImage run={run} recipe={recipe} />
      ) : (
        <Predict key={dataset?.id ?? 0} run={run} recipe={recipe} dataset={dataset ?? null} />
      )}
      <BundleCard run={run} images={images} />
    </div>
  );
}
