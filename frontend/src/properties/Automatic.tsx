/** Which loss is taken where it is left to the target, as the server tells it for those the drawing answers for. */

import { asConfig, writtenOut } from "../api/fields";
import type { Settings } from "../api/types";
import { useReport } from "../stores/checking";
import styles from "./Preflight.module.css";

export function AutomaticLoss({ settings }: { settings: Settings }) {
  const targets = Object.entries(useReport()?.targets ?? {});
  const left = targets.filter(([name]) => isAutomatic(settings, name));
  const parts = usualLosses(left.map(([target, { usual_loss: loss }]) => ({ target, loss })));
  if (parts.length === 0) return null;
  return (
    <p className={styles.note}>
      Auto is here: <strong className={styles.taken}>{parts.join(" · ")}</strong>
    </p>
  );
}

/** Whether no loss is chosen for a target, neither its own nor one for all. */
function isAutomatic({ loss, outputs }: Settings, target: string): boolean {
  const own = asConfig(asConfig(outputs)[target]).loss;
  return writtenOut(own ?? loss ?? "auto", "type").type === "auto";
}

/** One for all targets that share it, with the target's name where they differ. */
function usualLosses(told: { target: string; loss: string | null }[]): string[] {
  const known = told.filter(({ loss }) => loss !== null);
  const losses = new Set(known.map(({ loss }) => String(loss)));
  return losses.size <= 1 ? [...losses] : known.map(({ target, loss }) => `${target}: ${loss}`);
}
