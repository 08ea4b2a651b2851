/** What is taken where nothing is chosen, as the server tells it for the targets the data have. */

import type { Preflight } from "../api/types";
import styles from "./Preflight.module.css";

type Told = Preflight["automatic"];

export function AutomaticLoss({ told }: { told: Told | undefined }) {
  return <Note lead="Auto is here" parts={words(told, ({ loss }) => loss)} />;
}

export function AutomaticMetrics({ told }: { told: Told | undefined }) {
  const parts = words(told, ({ metrics, rare }) =>
    rare.length > 0
      ? `${metrics.join(", ")}; also ${rare.join(", ")} where a class is rare`
      : metrics.join(", "),
  );
  return <Note lead="Measured when none is ticked" parts={parts} />;
}

function Note({ lead, parts }: { lead: string; parts: string[] }) {
  if (parts.length === 0) return null;
  return (
    <p className={styles.note}>
      {lead}: <strong className={styles.taken}>{parts.join(" · ")}</strong>
    </p>
  );
}

/** One text for all targets that share it, with the target's name where they differ. */
function words(told: Told | undefined, text: (one: Told[string]) => string): string[] {
  const all = Object.entries(told ?? {});
  const texts = new Set(all.map(([, one]) => text(one)));
  return texts.size <= 1 ? [...texts] : all.map(([target, one]) => `${target}: ${text(one)}`);
}
