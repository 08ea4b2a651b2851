/** Which run a page speaks of. */

import { NativeSelect } from "@mantine/core";

interface RunSelectProps {
  runs: { id: number; number: number; name: string }[];
  chosen: number;
  choose: (id: number) => void;
}

export const RunSelect = ({ runs, chosen, choose }: RunSelectProps) => (
  <NativeSelect
    size="xs"
    aria-label="Run"
    value={String(chosen)}
    onChange={(event) => choose(Number(event.currentTarget.value))}
    data={runs.map((run) => ({ value: String(run.id), label: `#${run.number} ${run.name}` }))}
  />
);
