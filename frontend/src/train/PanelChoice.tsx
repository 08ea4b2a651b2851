/** What of a panel is shown: one of a few choices, beside its heading. */

import { SegmentedControl } from "@mantine/core";

interface PanelChoiceProps<T extends string> {
  label: string;
  choices: readonly T[];
  words: Record<T, string>;
  value: T;
  choose: (next: T) => void;
}

export function PanelChoice<T extends string>({ label, choices, words, value, choose }: PanelChoiceProps<T>) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      data={choices.map((choice) => ({ value: choice, label: words[choice] }))}
      value={value}
      onChange={(next) => choose(next as T)}
    />
  );
}
