import { Button, CopyButton } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Problem.module.css";

interface ProblemCardProps {
  title?: string;
  message: string;
  hint?: string | null;
  code?: string;
  tone?: "bad" | "warn";
  children?: ReactNode;
}

/** A problem in place: what happened, what to do, and a code that can be copied. */
export function ProblemCard({ title, message, hint, code, tone = "bad", children }: ProblemCardProps) {
  return (
    <div className={styles.card} data-tone={tone} role="alert">
      {title && <strong>{title}</strong>}
      <div>{message}</div>
      {hint && <div className={styles.hint}>{hint}</div>}
      {(children || code) && (
        <div className={styles.row}>
          {children}
          {code && (
            <CopyButton value={code}>
              {({ copied, copy }) => (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  ff="monospace"
                  title="Copy the code"
                  onClick={copy}
                >
                  {copied ? "copied" : code}
                </Button>
              )}
            </CopyButton>
          )}
        </div>
      )}
    </div>
  );
}
