/** Which rows of the table are shown: conditions that all have to be met. */

import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import type { RowFilter, RowTest } from "../api/rows";
import type { ColumnProfile } from "../api/types";
import looking from "./looking.module.css";

const TESTS: { value: RowTest; label: string }[] = [
  { value: "contains", label: "contains" },
  { value: "equals", label: "is" },
  { value: "at_least", label: "is at least" },
  { value: "at_most", label: "is at most" },
  { value: "missing", label: "is missing" },
  { value: "present", label: "is there" },
];

const takesValue = (test: RowTest) => test !== "missing" && test !== "present";

/** A condition that says nothing yet keeps every row. */
export const complete = (filters: RowFilter[]) =>
  filters.filter((one) => !takesValue(one.test) || (one.value ?? "").trim() !== "");

interface RowFiltersProps {
  columns: ColumnProfile[];
  filters: RowFilter[];
  onChange: (filters: RowFilter[]) => void;
}

export function RowFilters({ columns, filters, onChange }: RowFiltersProps) {
  const change = (place: number, part: Partial<RowFilter>) =>
    onChange(filters.map((one, other) => (other === place ? { ...one, ...part } : one)));
  return (
    <div className={looking.filters}>
      {filters.map((filter, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name of their own, and only the last is added
        <div key={place} className={looking.filter}>
          <NativeSelect
            size="xs"
            aria-label={`Column of condition ${place + 1}`}
            value={filter.column}
            data={columns.map((column) => column.name)}
            onChange={(event) => change(place, { column: event.currentTarget.value })}
          />
          <NativeSelect
            size="xs"
            aria-label={`Test of condition ${place + 1}`}
            value={filter.test}
            data={TESTS}
            onChange={(event) => change(place, { test: event.currentTarget.value as RowTest })}
          />
          {takesValue(filter.test) && (
            <Value
              label={`Value of condition ${place + 1}`}
              value={filter.value ?? ""}
              onChange={(value) => change(place, { value })}
            />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`Remove condition ${place + 1}`}
            onClick={() => onChange(filters.filter((_, other) => other !== place))}
          >
            ×
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="default"
        disabled={filters.length >= 20}
        onClick={() =>
          onChange([...filters, { column: columns[0]?.name ?? "", test: "contains", value: null }])
        }
      >
        {filters.length > 0 ? "Add a condition" : "Filter the rows"}
      </Button>
      {filters.length > 0 && (
        <span className={looking.remark}>Only what is shown; training uses all rows.</span>
      )}
    </div>
  );
}

/** Typed text is passed on when typing rests. */
function Value({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const pass = useDebouncedCallback(onChange, 250);
  return (
    <TextInput
      size="xs"
      aria-label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        pass(event.currentTarget.value);
      }}
    />
  );
}
