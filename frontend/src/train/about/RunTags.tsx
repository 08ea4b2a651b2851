/** The tags of a run; those of other runs are offered once one types, so that they cover nothing before. */

import { TagsInput } from "@mantine/core";
import { useState } from "react";
import type { Run } from "../../api/types";
import { describeRun } from "../../stores/runNotes";

const MOST_TAGS = 20;
const LONGEST_TAG = 40;

const tidy = (tag: string) => tag.split(/\s+/).filter(Boolean).join(" ").slice(0, LONGEST_TAG);

export function RunTags({ run, known }: { run: Run; known: string[] }) {
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  return (
    <TagsInput
      size="xs"
      aria-label="Tags"
      placeholder={run.tags.length === 0 ? "Add tags" : undefined}
      data={known}
      value={run.tags}
      maxTags={MOST_TAGS}
      acceptValueOnBlur
      openOnFocus={false}
      clearable={false}
      comboboxProps={{ withinPortal: true }}
      searchValue={typed}
      onSearchChange={(text) => {
        setTyped(text);
        setOpen(text.trim() !== "");
      }}
      dropdownOpened={open}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      onChange={(tags) => describeRun(run.id, { tags: tags.map(tidy).filter(Boolean) }, 0)}
    />
  );
}
