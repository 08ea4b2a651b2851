/** One finer setting of the preparation, drawn from its JSON Schema. */

import { Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Json } from "../api/types";
import type { Named } from "./form";

interface SettingProps {
  name: string;
  schema: Named;
  value: Json | undefined;
  word: (value: string) => string;
  onChange: (value: Json) => void;
}

export function Setting({ name, schema, value, word, onChange }: SettingProps) {
  const label = schema.title ?? name;
  const shape = schema.anyOf?.find((one) => one.type !== "null") ?? schema;
  const nullable = schema.anyOf?.some((one) => one.type === "null");
  const given = value === undefined ? schema.default : value;
  const called = (one: string) => schema["x-words"]?.[one] ?? word(one);
  const common = { label, description: schema.description, size: "sm" } as const;
  if (shape.type === "boolean") {
    return (
      <Checkbox
        {...common}
        checked={given === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (shape.enum) {
    return (
      <NativeSelect
        {...common}
        value={String(given)}
        onChange={(event) =>
          onChange(shape.enum?.find((one) => String(one) === event.currentTarget.value) ?? null)
        }
        data={shape.enum.map((one) => ({ value: String(one), label: called(String(one)) }))}
      />
    );
  }
  if (shape.type === "array" && !shape.items?.enum) {
    return <Numbers {...common} value={Array.isArray(given) ? given.map(Number) : []} onChange={onChange} />;
  }
  if (shape.type === "array") {
    const chosen = Array.isArray(given) ? given.map(String) : [];
    const able = (shape.items?.enum ?? []).map(String);
    return (
      <Checkbox.Group
        {...common}
        value={chosen}
        onChange={(picked) => onChange(picked.length ? able.filter((one) => picked.includes(one)) : null)}
      >
        {able.map((one) => (
          <Checkbox key={one} size="xs" mt={4} value={one} label={called(one)} />
        ))}
      </Checkbox.Group>
    );
  }
  if (shape.type === "integer" || shape.type === "number") {
    if (schema.anyOf?.some((one) => one.type === "string")) {
      return (
        <TextInput
          {...common}
          value={given === null ? "" : String(given)}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        />
      );
    }
    return (
      <NumberInput
        {...common}
        hideControls
        allowDecimal={shape.type === "number"}
        min={shape.minimum}
        max={shape.maximum}
        placeholder={schema.anyOf && (shape.type === "number" ? "None" : "Automatic")}
        value={typeof given === "number" ? given : ""}
        onChange={(typed) => {
          if (typeof typed === "number") onChange(typed);
          else if (schema.anyOf) onChange(null);
        }}
      />
    );
  }
  return (
    <TextInput
      {...common}
      value={typeof given === "string" ? given : ""}
      onChange={(event) => onChange(event.currentTarget.value || (nullable ? null : ""))}
    />
  );
}

interface NumbersProps {
  label: string;
  description?: string;
  value: number[];
  onChange: (value: Json) => void;
}

/** Several numbers, typed one after the other; none where the field is empty. */
function Numbers({ label, description, value, onChange }: NumbersProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const numbers = (typed ?? "")
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  const wrong = typed !== null && numbers.some(Number.isNaN);
  return (
    <TextInput
      label={label}
      description={description}
      size="sm"
      placeholder="Automatic"
      value={typed ?? value.join(", ")}
      error={wrong && "Numbers, as 18, 40, 65."}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => {
        if (typed === null || wrong) return;
        onChange(numbers.length ? numbers : null);
        setTyped(null);
      }}
    />
  );
}
