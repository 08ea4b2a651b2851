import { ActionIcon } from "@mantine/core";
import type { Run } from "../../api/types";
import { describeRun } from "../../stores/runNotes";

/** Keeps a run at the top of the list. */
export const Pin = ({ run }: { run: Run }) => (
  <ActionIcon
    size="sm"
    variant="subtle"
    color={run.pinned ? undefined : "gray"}
    aria-label={`Pin run ${run.number}`}
    aria-pressed={run.pinned}
    title={run.pinned ? "Unpin" : "Pin to the top"}
    data-pinned={run.pinned || undefined}
    onClick={() => describeRun(run.id, { pinned: !run.pinned }, 0)}
  >
    {run.pinned ? "★" : "☆"}
  </ActionIcon>
);
