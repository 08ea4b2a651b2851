/** Horizontal bars with a label and a value each: counts of classes, probabilities. */

import styles from "./Bars.module.css";

export interface Bar {
  label: string;
  /** Length between 0 and 1. */
  share: number;
  value: string;
  strong?: boolean;
}

export function Bars({ bars, label }: { bars: Bar[]; label: string }) {
  return (
    <ul className={styles.bars} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.label} className={bar.strong ? styles.strong : undefined}>
          <span className={`${styles.label} ${bar.strong ? styles.strong : ""}`} title={bar.label}>
            {bar.label}
          </span>
          <span className={styles.track}>
            <span className={styles.fill} style={{ width: `${100 * clamp(bar.share)}%` }} />
          </span>
          <span className={styles.value}>{bar.value}</span>
        </li>
      ))}
    </ul>
  );
}

const clamp = (share: number) => (Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0);
