import { Button } from "@mantine/core";
import { ApiError } from "../api/client";
import { ProblemCard } from "../ui/Problem";
import styles from "./projects.module.css";

/** The list of projects could not be read. */
export function Unreachable({ error, again }: { error: Error; again: () => void }) {
  const known = error instanceof ApiError ? error : null;
  return (
    <div className={styles.page}>
      <ProblemCard
        title="Your projects could not be read"
        message={error.message}
        hint={known?.hint}
        code={known?.code}
      >
        <Button size="compact-sm" variant="default" onClick={again}>
          Try again
        </Button>
      </ProblemCard>
    </div>
  );
}
