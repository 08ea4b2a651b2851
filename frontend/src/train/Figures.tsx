/** The figures of this moment. */

import type { Measures, Run } from "../api/types";
import { leadMetric } from "../stores/chosenRun";
import type { FeedStatus } from "../stores/run";
import { count, decimal } from "../ui/format";
import { inSentence, type MeasureList, measureTitle, measureValue, steady } from "../ui/measures";
import styles from "./train.module.css";

interface FiguresProps {
  run: Run;
  status: FeedStatus;
  measures: MeasureList;
}

export function Figures({ run, status, measures }: FiguresProps) {
  const { progress, epoch, terminal } = status;
  const validation = (terminal?.validation ?? epoch?.validation ?? run.metrics?.validation) as
    | Measures
    | undefined;
  const train = (epoch?.train ?? run.metrics?.train) as Measures | undefined;
  const lead = leadMetric(validation);
  const speed = number(progress?.examples_per_second ?? run.progress?.examples_per_second);
  const loss = terminal ? train?.loss : (progress?.loss ?? train?.loss ?? run.progress?.loss);
  return (
    <dl className={styles.figures} aria-label="Figures">
      <Figure name="Loss" value={steady(number(loss))} />
      <Figure name="Validation loss" value={steady(number(validation?.loss))} />
      {lead && lead[0] !== "loss" && (
        <Figure
          name={`Validation ${inSentence(measureTitle(lead[0], measures))}`}
          value={measureValue(lead[0], lead[1], measures)}
        />
      )}
      <Figure name="Learning rate" value={decimal(number(progress?.learning_rate))} />
      <Figure name="Examples / s" value={speed === null ? "—" : count(speed)} />
    </dl>
  );
}

const number = (value: unknown) => (typeof value === "number" ? value : null);

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div className={styles.card}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
