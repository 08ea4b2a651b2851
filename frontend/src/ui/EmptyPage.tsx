import type { ReactNode } from "react";
import styles from "./EmptyPage.module.css";

interface EmptyPageProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** An empty place: what will be here, and the action that fills it. */
export function EmptyPage({ title, children, action }: EmptyPageProps) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
