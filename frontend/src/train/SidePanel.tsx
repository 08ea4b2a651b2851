/** One of the panels beside the charts, with a heading that folds it. */

import type { ReactNode } from "react";
import { type PanelName, useFolded } from "./panels";
import styles from "./sidePanel.module.css";

interface SidePanelProps {
  name: PanelName;
  title: string;
  /** Beside the heading, while it is not folded. */
  aside?: ReactNode;
  children: ReactNode;
}

export function SidePanel({ name, title, aside, children }: SidePanelProps) {
  const [folded, toggle] = useFolded(name);
  return (
    <section className={styles.panel} aria-label={title} data-panel={name}>
      <div className={styles.head}>
        <h2>
          <button type="button" aria-expanded={!folded} onClick={toggle}>
            <svg
              width="10"
              height="10"
              viewBox="0 0 10 10"
              aria-hidden="true"
              fill="none"
              stroke="currentColor"
            >
              <path d={folded ? "M3 1l4 4-4 4" : "M1 3l4 4 4-4"} strokeWidth="1.5" strokeLinecap="round" />
            </svg>
            {title}
          </button>
        </h2>
        {!folded && aside}
      </div>
      {!folded && children}
    </section>
  );
}
