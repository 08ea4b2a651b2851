/** A number, or several, of a form: typed as text. */

import { createContext, useCallback, useContext, useEffect, useState } from "react";
import { ANY, type Control, parseNumber, parseNumbers, stepped } from "../api/fields";
import type { Json } from "../api/types";
import { dropMistyped, keepMistyped, leaveMistyped, mistypedAt } from "../stores/mistyped";
import { TypedInput } from "../ui/TypedInput";

type Numeric = Extract<Control, { kind: "number" | "numbers" }>;

/** The form whose fields keep what was typed wrong, for training to wait for it; null for one that does not. */
export const KeepsMistyped = createContext<string | null>(null);

interface NumberFieldProps {
  path: string;
  label: string;
  control: Numeric;
  nullable: boolean;
  empty?: string;
  value: Json;
  error?: string;
  onChange: (value: Json) => void;
}

const written = (value: Json, control: Numeric): string => {
  if (!Array.isArray(value)) return value === null || value === undefined ? "" : String(value);
  const sizes = control.kind === "numbers" && control.least === control.most;
  return value.map((one) => one ?? ANY).join(sizes ? " × " : ", ");
};

/** What was typed wrong before the form was left, and what tells what is wrong for as long as it is. */
function useKept(path: string, label: string) {
  const form = useContext(KeepsMistyped);
  const [kept] = useState(() => (form === null ? undefined : mistypedAt(form, path)));
  const tell = useCallback(
    (text: string, problem: string | null) => {
      if (form === null) return;
      if (problem === null) dropMistyped(form, path);
      else keepMistyped({ form, path, label, text, problem });
    },
    [form, path, label],
  );
  useEffect(() => (form === null ? undefined : () => leaveMistyped(form, path)), [form, path]);
  return { kept, tell };
}

export function NumberField(props: NumberFieldProps) {
  const { path, label, control, nullable, empty = "automatic", value, error, onChange } = props;
  const { kept, tell } = useKept(path, label);

  function read(text: string): { value: Json } | { problem: string } {
    if (nullable && text.trim() === "") return { value: null };
    return control.kind === "number" ? parseNumber(text, control) : parseNumbers(text, control);
  }

  return (
    <TypedInput<Json>
      label={label}
      value={value}
      write={(one) => written(one, control)}
      read={read}
      step={(one, direction, large) =>
        control.kind === "number" && typeof one === "number" ? stepped(one, control, direction, large) : null
      }
      onChange={onChange}
      onText={tell}
      kept={kept}
      error={error}
      input={{
        placeholder: nullable ? empty : undefined,
        inputMode: control.kind === "number" ? "decimal" : "text",
      }}
    />
  );
}
