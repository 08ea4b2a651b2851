/** How the run ended: its test figures and what to do with it, or why it failed. */

import { isCancelled } from "../api/queries";
import type { Measures, Run } from "../api/types";
import { stillWords } from "../stores/best";
import type { FeedStatus } from "../stores/run";
import { showRateFinder, showTab } from "../stores/view";
import { inSentence, type MeasureList, measureTitle, measureValue } from "../ui/measures";
import { ProblemCard } from "../ui/Problem";
import { Link, stepPath } from "../ui/router";
import { divergedAt } from "./diverged";
import { stillImproving } from "./figures";
import { endOf, hasFailed, position, problemOf } from "./position";
import styles from "./train.module.css";

/** The title of what went wrong in a run that has a model all the same, by why it ended. */
const ASTRAY: Record<string, string> = { diverged: "The model of the best epoch before was kept" };

interface EndingProps {
  run: Run;
  project: number;
  status: FeedStatus;
  measures: MeasureList;
}

export function Ending({ run, project, status, measures }: EndingProps) {
  const { terminal } = status;
  if (hasFailed(run, status)) {
    const end = endOf(run, status);
    if (isCancelled(end)) return null; // its headline says it
    const { problem } = end;
    return (
      <ProblemCard
        title="The run failed"
        message={problem?.message ?? "It is not known why."}
        hint={problem?.hint}
        code={problem?.code}
      >
        {divergedAt(problem) && <ToRateFinder project={project} />}
        <Link to={stepPath(project, "design")}>Open the design</Link>
      </ProblemCard>
    );
  }
  if (!terminal && run.state !== "finished") return null;
  const test = (terminal?.test as Measures | undefined) ?? run.metrics?.test ?? {};
  const problem = problemOf(run, status);
  const reason = terminal?.reason ?? run.metrics?.reason;
  return (
    <>
      {problem && (
        <ProblemCard {...problem} title={ASTRAY[String(reason)] ?? "Training went astray"} tone="warn">
          {divergedAt(problem) && <ToRateFinder project={project} />}
        </ProblemCard>
      )}
      <section className={styles.ending} aria-label="Result">
        <dl>
          {Object.entries(test).map(([name, value]) => (
            <div key={name}>
              <dt title={measures[name]?.description}>
                Test {inSentence(measureTitle(name, measures))} {measures[name]?.scope}
              </dt>
              <dd>{measureValue(name, value, measures)}</dd>
            </div>
          ))}
        </dl>
        <span className={styles.links}>
          <Link to={stepPath(project, "evaluate", { run: run.id })}>Evaluate this model</Link>
          <Link to={stepPath(project, "use", { run: run.id })}>Use this model</Link>
        </span>
        {run.best_of && <p>{stillWords(run)}</p>}
        {stillImproving(run, terminal, position(run, status).epochs) && (
          <p>
            Validation was still improving at the last epoch; train longer.{" "}
            <Link to={stepPath(project, "design")} onClick={() => showTab("training")}>
              Training settings
            </Link>
          </p>
        )}
      </section>
    </>
  );
}

/** The way to a rate with which it does not diverge. */
const ToRateFinder = ({ project }: { project: number }) => (
  <Link to={stepPath(project, "design")} onClick={showRateFinder}>
    Find a learning rate
  </Link>
);
