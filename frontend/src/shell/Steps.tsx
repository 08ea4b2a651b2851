/** The five steps and how each stands. */

import { isCancelled, useDataset } from "../api/queries";
import { useRunTable } from "../api/runs";
import { useChecking, useDataProblem } from "../stores/checking";
import { useEditor } from "../stores/editor";
import { useUnfit } from "../stores/unfit";
import { Link, STEPS, type Step, stepPath } from "../ui/router";
import styles from "./Shell.module.css";

export const titles: Record<Step, string> = {
  data: "Data",
  design: "Design",
  train: "Train",
  evaluate: "Evaluate",
  use: "Use",
};

type StepState = "empty" | "ready" | "busy" | "problem";

export function Steps({ project, current }: { project: number; current: Step }) {
  const states = useStepStates(project);
  const run = new URLSearchParams(window.location.search).get("run");
  return (
    <nav className={styles.steps} aria-label="Steps">
      {STEPS.map((step) => (
        <Link
          key={step}
          to={stepPath(project, step, run && !["data", "design"].includes(step) ? { run } : {})}
          className={styles.step}
          aria-current={step === current ? "page" : undefined}
          aria-label={`${titles[step]}, ${states[step]}`}
        >
          <span className={styles.dot} data-state={states[step]} />
          {titles[step]}
        </Link>
      ))}
    </nav>
  );
}

function useStepStates(project: number): Record<Step, StepState> {
  const datasetId = useEditor((editor) => (editor.project === project ? editor.document.dataset : null));
  const nodes = useEditor((editor) => editor.document.graph.nodes.length);
  const open = useEditor((editor) => editor.project === project);
  const problems = useChecking((checking) => checking.report?.problems.length ?? 0);
  const unfit = useUnfit();
  const unusable = useDataProblem() !== null;
  const { data: dataset } = useDataset(datasetId);
  const { data: table } = useRunTable(open ? project : null); // one that is not there is asked for once
  const runs = table?.runs ?? [];
  const newest = Math.max(...runs.map((run) => run.id));
  const failed = runs.some((run) => run.id === newest && run.state === "failed" && !isCancelled(run));
  const finished: StepState = table && table.finished > 0 ? "ready" : "empty";
  const dataStates = { reading: "busy", ready: "ready", failed: "problem" } as const;
  return {
    data: dataset?.state === "ready" && unusable ? "problem" : dataset ? dataStates[dataset.state] : "empty",
    design: (problems > 0 && !unusable) || unfit ? "problem" : nodes === 0 ? "empty" : "ready",
    train: table && table.live > 0 ? "busy" : failed ? "problem" : runs.length > 0 ? "ready" : "empty",
    evaluate: finished,
    use: finished,
  };
}
