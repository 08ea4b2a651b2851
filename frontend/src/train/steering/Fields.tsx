/** The settings of a run that can still be changed. */

import { useEffect, useState } from "react";
import { type Limits, parseNumber, stepped } from "../../api/fields";
import type { Config, Settings } from "../../api/types";
import { neverStops } from "../../ui/patience";
import { TypedInput } from "../../ui/TypedInput";

export interface Wanted {
  learning_rate?: number;
  patience?: number;
  epochs?: number;
}
export type Name = keyof Wanted;

/** The settings as they hold now: as asked for, then as changed on the way. */
export function present(settings: Settings, changes: readonly Wanted[]): Wanted {
  const optimizer = (settings.optimizer ?? {}) as Config;
  const stopping = settings.early_stopping as Config | null | undefined;
  const first: Wanted = {
    learning_rate: Number(optimizer.learning_rate),
    epochs: Number(settings.epochs),
    ...(stopping ? { patience: Number(stopping.patience) } : {}),
  };
  return Object.assign(first, ...changes);
}

/** What differs. */
export const difference = (from: Wanted, to: Wanted): Wanted =>
  Object.fromEntries(Object.entries(to).filter(([name, value]) => value !== from[name as Name]));

const RATE: Limits = { integer: false, exclusiveMinimum: 0, maximum: 100 };
const NUMBER: Limits = { integer: true, minimum: 1, maximum: 100_000 };

interface FieldsProps {
  values: Wanted;
  onChange: (values: Wanted) => void;
  /** What is wrong with values that could be meant. */
  problems: { [name in Name]?: string | null };
  /** Told whether there is something that is no value. */
  onMistyped: (mistyped: boolean) => void;
}

export function Fields({ values, onChange, problems, onMistyped }: FieldsProps) {
  const [mistyped, setMistyped] = useState<{ [name in Name]?: boolean }>({});
  const any = Object.values(mistyped).some(Boolean);
  useEffect(() => onMistyped(any), [any, onMistyped]);
  const field = (name: Name, label: string, limits: Limits) => ({
    label,
    value: values[name] ?? null,
    write: (value: number | null) => (value === null ? "" : `${value}`),
    read: (text: string) => parseNumber(text, limits),
    step: (value: number | null, direction: 1 | -1, large: boolean) =>
      value === null ? null : stepped(value, limits, direction, large),
    error: problems[name] ?? undefined,
    onChange: (value: number | null) => onChange({ ...values, [name]: value }),
    onText: (_: string, problem: string | null) => {
      const wrong = problem !== null;
      setMistyped((before) => ((before[name] ?? false) === wrong ? before : { ...before, [name]: wrong }));
    },
  });
  const input = { size: "xs", inputMode: "decimal" } as const;
  return (
    <>
      <TypedInput
        {...field("learning_rate", "Learning rate", RATE)}
        input={{ ...input, "data-autofocus": true }}
      />
      {"patience" in values && (
        <TypedInput
          {...field("patience", "Patience", NUMBER)}
          input={{
            ...input,
            description:
              neverStops(values.patience ?? 1, values.epochs ?? 1) ??
              "Epochs without improvement before it stops",
          }}
        />
      )}
      <TypedInput {...field("epochs", "Epochs in all", NUMBER)} input={input} />
    </>
  );
}
