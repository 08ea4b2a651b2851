/** What is taken where it is left to the data, as the server tells it: the loss, and balanced weights of classes. */

import { asConfig, writtenOut } from "../api/fields";
import type { Settings } from "../api/types";
import { useReport } from "../stores/checking";
import { decimal } from "../ui/format";
import styles from "./Preflight.module.css";

export function AutomaticLoss({ settings }: { settings: Settings }) {
  const targets = Object.entries(useReport()?.targets ?? {});
  const left = targets.filter(([name]) => (chosen(settings, "loss", name) ?? "auto") === "auto");
  const parts = usualLosses(left.map(([target, { usual_loss: loss }]) => ({ target, loss })));
  return <Taken what="Auto" parts={parts} />;
}

/** Classes whose weights are told one by one. */
const MOST = 8;

/** Of the one target that has weights of its own, or of all that have none. */
export function BalancedWeights({ settings, own }: { settings: Settings; own?: string }) {
  const targets = Object.entries(useReport()?.targets ?? {});
  const balanced = targets.filter(
    ([name, target]) =>
      Object.keys(target.balanced).length > 0 &&
      (ownOf(settings, "class_weights", name) === null ? own === undefined : own === name) &&
      chosen(settings, "class_weights", name) === "balanced",
  );
  const parts = balanced.flatMap(([name, target]) => {
    const told = Object.entries(target.balanced);
    const some = told.slice(0, MOST).map(([one, weights]) => `${one} ${weightWords(weights)}`);
    const rest = told.length > MOST ? [`${told.length - MOST} more`] : [];
    return targets.length > 1 && own === undefined
      ? [`${name}: ${[...some, ...rest].join(", ")}`]
      : [...some, ...rest];
  });
  return <Taken what="Balanced" parts={parts} />;
}

function Taken({ what, parts }: { what: string; parts: string[] }) {
  if (parts.length === 0) return null;
  return (
    <p className={styles.note}>
      {what} is here: <strong className={styles.taken}>{parts.join(" · ")}</strong>
    </p>
  );
}

/** Of a class its weight, of a label those of no and yes. */
const weightWords = ([first, yes]: number[]) =>
  yes === undefined ? decimal(first) : `no ${decimal(first)}, yes ${decimal(yes)}`;

/** Which branch of a setting is chosen for a target: its own, else that for all. */
function chosen(settings: Settings, setting: string, target: string) {
  return writtenOut(ownOf(settings, setting, target) ?? settings[setting] ?? null, "type").type;
}

const ownOf = ({ outputs }: Settings, setting: string, target: string) =>
  asConfig(asConfig(outputs)[target])[setting] ?? null;

/** One for all targets that share it, with the target's name where they differ. */
function usualLosses(told: { target: string; loss: string | null }[]): string[] {
  const known = told.filter(({ loss }) => loss !== null);
  const losses = new Set(known.map(({ loss }) => String(loss)));
  return losses.size <= 1 ? [...losses] : known.map(({ target, loss }) => `${target}: ${loss}`);
}
