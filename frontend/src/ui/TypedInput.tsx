/** A value typed as text: taken while typing as soon as it is right; what is not stays as it was typed. */

import { TextInput, type TextInputProps } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

type Typed<T> = { value: T } | { problem: string };

interface TypedInputProps<T> {
  label: string;
  value: T;
  write: (value: T) => string;
  read: (text: string) => Typed<T>;
  /** What an arrow key makes of a value; null where it makes nothing of it. */
  step?: (value: T, direction: 1 | -1, large: boolean) => T | null;
  onChange: (value: T) => void;
  /** Told what is typed, and what is wrong with it. */
  onText?: (text: string, problem: string | null) => void;
  /** What was typed before the field was left. */
  kept?: { text: string; problem: string };
  error?: string;
  input?: Pick<TextInputProps, "size" | "description" | "placeholder" | "inputMode"> & {
    "data-autofocus"?: boolean;
  };
}

export function TypedInput<T>(props: TypedInputProps<T>) {
  const { label, value, write, read, step, onChange, onText, kept, error, input } = props;
  const now = write(value);
  const [text, setText] = useState(kept?.text ?? now);
  const [problem, setProblem] = useState<string | null>(kept?.problem ?? null);
  const [typing, setTyping] = useState(false);
  const shown = useRef(now);

  useEffect(() => onText?.(text, problem), [onText, text, problem]);

  // What was refused stays as it was typed, until the value changes elsewhere.
  useEffect(() => {
    const changed = shown.current !== now;
    shown.current = now;
    if (typing || (problem && !changed)) return;
    setText(now);
    setProblem(null);
  }, [now, typing, problem]);

  function type(next: string) {
    setText(next);
    const found = read(next);
    setProblem("problem" in found ? found.problem : null);
    if ("value" in found && write(found.value) !== now) onChange(found.value);
  }

  function press(event: KeyboardEvent) {
    if (!step || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const next = step(value, event.key === "ArrowUp" ? 1 : -1, event.shiftKey);
    if (next === null) return;
    event.preventDefault();
    setText(write(next));
    setProblem(null);
    if (next !== value) onChange(next);
  }

  return (
    <TextInput
      label={label}
      size="sm"
      value={text}
      autoComplete="off"
      spellCheck={false}
      error={problem ?? error}
      onFocus={() => setTyping(true)}
      onBlur={() => setTyping(false)}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={press}
      {...input}
    />
  );
}
