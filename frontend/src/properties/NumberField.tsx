/** A number, or several, typed as text: accepted while typing as soon as they are right. */

import { TextInput } from "@mantine/core";
import { createContext, type KeyboardEvent, useContext, useEffect, useRef, useState } from "react";
import { ANY, type Control, parseNumber, parseNumbers, stepped } from "../api/fields";
import type { Json } from "../api/types";
import { dropMistyped, keepMistyped, leaveMistyped, mistypedAt } from "../stores/mistyped";

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

/** Tells what is wrong in a field for as long as it is. */
function useKept(path: string, label: string, text: string, problem: string | null): void {
  const form = useContext(KeepsMistyped);
  useEffect(() => {
    if (form === null) return;
    if (problem === null) dropMistyped(form, path);
    else keepMistyped({ form, path, label, text, problem });
  }, [form, path, label, text, problem]);
  useEffect(() => (form === null ? undefined : () => leaveMistyped(form, path)), [form, path]);
}

export function NumberField({
  path,
  label,
  control,
  nullable,
  empty = "automatic",
  value,
  error,
  onChange,
}: NumberFieldProps) {
  const form = useContext(KeepsMistyped);
  const [kept] = useState(() => (form === null ? undefined : mistypedAt(form, path)));
  const [text, setText] = useState(kept?.text ?? written(value, control));
  const [problem, setProblem] = useState<string | null>(kept?.problem ?? null);
  const [typing, setTyping] = useState(false);
  useKept(path, label, text, problem);

  const shown = useRef(written(value, control));

  // What was refused stays as it was typed, until the value changes elsewhere.
  useEffect(() => {
    const now = written(value, control);
    const changed = shown.current !== now;
    shown.current = now;
    if (typing || (problem && !changed)) return;
    setText(now);
    setProblem(null);
  }, [value, control, typing, problem]);

  function type(next: string) {
    setText(next);
    if (nullable && next.trim() === "") {
      setProblem(null);
      onChange(null);
      return;
    }
    const read = control.kind === "number" ? parseNumber(next, control) : parseNumbers(next, control);
    if ("problem" in read) {
      setProblem(read.problem);
      return;
    }
    setProblem(null);
    if (written(read.value, control) !== written(value, control)) onChange(read.value);
  }

  function step(event: KeyboardEvent) {
    if (control.kind !== "number" || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    if (typeof value !== "number") return;
    event.preventDefault();
    const next = stepped(value, control, event.key === "ArrowUp" ? 1 : -1, event.shiftKey);
    setText(written(next, control));
    setProblem(null);
    if (next !== value) onChange(next);
  }

  return (
    <TextInput
      label={label}
      size="sm"
      value={text}
      placeholder={nullable ? empty : undefined}
      inputMode={control.kind === "number" ? "decimal" : "text"}
      autoComplete="off"
      spellCheck={false}
      error={problem ?? error}
      onFocus={() => setTyping(true)}
      onBlur={() => setTyping(false)}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={step}
    />
  );
}
