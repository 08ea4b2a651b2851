/** Which loss is taken where none is chosen, as the server tells it for the targets the drawing answers for. */

import { useReport } from "../stores/checking";
import styles from "./Preflight.module.css";

export function AutomaticLoss() {
  const parts = usualLosses(useReport()?.targets ?? {});
  if (parts.length === 0) return null;
  return (
    <p className={styles.note}>
      Auto is here: <strong className={styles.taken}>{parts.join(" · ")}</strong>
    </p>
  );
}

/** One for all targets that share it, with the target's name where they differ. */
function usualLosses(targets: { [name: string]: { usual_loss: string | null } }): string[] {
  const known = Object.entries(targets).flatMap(([target, { usual_loss: loss }]) =>
    loss === null ? [] : [{ target, loss }],
  );
  const losses = new Set(known.map(({ loss }) => loss));
  return losses.size <= 1 ? [...losses] : known.map(({ target, loss }) => `${target}: ${loss}`);
}
