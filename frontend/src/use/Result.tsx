/** What the model answers, and what the data say where that is known. */

import { Bars } from "../ui/Bars";
import { decimal, percent } from "../ui/format";
import { cell } from "../ui/words";
import { type Prediction, probabilities, targetsIn } from "./predict";
import styles from "./use.module.css";

const SHOWN = 10;

interface ResultProps {
  prediction: Prediction;
  /** The true values of the targets, when the example came from the data set. */
  truth?: { [target: string]: string };
}

export const Result = ({ prediction, truth = {} }: ResultProps) => (
  <div className={styles.result} aria-live="polite">
    {targetsIn(prediction).map((target) => (
      <Target key={target} target={target} prediction={prediction} truth={truth[target]} />
    ))}
  </div>
);

interface TargetProps {
  target: string;
  prediction: Prediction;
  truth?: string;
}

function Target({ target, prediction, truth }: TargetProps) {
  const value = prediction[target];
  const chances = probabilities(prediction, target);
  // Of one class the probabilities sum to 1; of tags each stands for itself.
  const several = Math.abs(chances.reduce((sum, { chance }) => sum + chance, 0) - 1) > 0.001;
  return (
    <div className={styles.target}>
      <div className={styles.answer}>
        <span>{target}</span>
        <strong>{typeof value === "number" ? decimal(value) : value === "" ? "none" : cell(value)}</strong>
        {truth !== undefined && <span>in the data: {cell(truth)}</span>}
      </div>
      {chances.length > 0 && (
        <Bars
          label={`Probabilities of ${target}`}
          bars={chances.slice(0, SHOWN).map(({ name, chance }, place) => ({
            label: name,
            share: chance,
            value: percent(chance),
            strong: several ? chance >= 0.5 : place === 0,
          }))}
        />
      )}
      {chances.length > SHOWN && <p>and {chances.length - SHOWN} less likely ones</p>}
    </div>
  );
}
