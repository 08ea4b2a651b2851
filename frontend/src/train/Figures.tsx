/** The figures of this moment. */

import { isLive } from "../api/queries";
import type { Run } from "../api/types";
import { leadMetric } from "../stores/chosenRun";
import type { FeedStatus, RunFeed } from "../stores/run";
import { count, decimal } from "../ui/format";
import { inSentence, type MeasureList, measureTitle, measureValue, steady } from "../ui/measures";
import { figuresOfEpoch } from "./figures";
import { phaseOf } from "./position";
import styles from "./train.module.css";
import { phaseWords } from "./words";

interface FiguresProps {
  run: Run;
  feed: RunFeed;
  status: FeedStatus;
  measures: MeasureList;
}

export function Figures({ run, feed, status, measures }: FiguresProps) {
  const { progress, pace, terminal } = status;
  const { of, loss, validation } = figuresOfEpoch(run, status, feed.series);
  const lead = leadMetric(validation);
  const { scope, description } = measures.loss ?? {};
  const when = terminal
    ? "at the end"
    : pace
      ? "now"
      : progress
        ? phaseWords(phaseOf(run, status)).toLowerCase()
        : "";
  const rate = number((isLive(run) ? progress : (run.progress ?? progress))?.learning_rate);
  const speed = number((terminal ? progress : pace)?.examples_per_second);
  return (
    <dl className={styles.figures} aria-label="Figures">
      <Figure name="Training loss" of={of} scope={scope} value={steady(loss)} title={description} />
      <Figure
        name="Validation loss"
        of={of}
        scope={scope}
        value={steady(number(validation.loss))}
        title={description}
      />
      {lead && lead[0] !== "loss" && (
        <Figure
          name={`Validation ${inSentence(measureTitle(lead[0], measures))}`}
          of={of}
          value={measureValue(lead[0], lead[1], measures)}
        />
      )}
      <Figure
        name="Learning rate"
        of={pace || terminal ? when : progress ? "of the last step" : ""}
        value={decimal(rate)}
      />
      <Figure name="Examples / s" of={when} value={speed === null ? "—" : count(speed)} />
    </dl>
  );
}

const number = (value: unknown) => (typeof value === "number" ? value : null);

interface FigureProps {
  name: string;
  /** What it is the loss of, where that is not the target as it is. */
  scope?: string | null;
  of: string;
  value: string;
  title?: string;
}

const Figure = ({ name, scope, of, value, title }: FigureProps) => (
  <div className={styles.card} title={title}>
    <dt>
      {name}{" "}
      <small>
        {scope && <span className={styles.scope}>{`${scope}${of && ", "}`}</span>}
        {of || (!scope && "\u00a0")}
      </small>
    </dt>
    <dd>{value}</dd>
  </div>
);
