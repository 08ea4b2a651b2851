/** The settings of a run that can still be changed. */

import { NumberInput } from "@mantine/core";
import type { Config, Settings } from "../../api/types";

export interface Wanted {
  learning_rate?: number;
  patience?: number;
  epochs?: number;
}

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

/** What differs; nothing where a field is empty. */
export function difference(from: Wanted, to: Wanted): Wanted {
  const entries = Object.entries(to) as [keyof Wanted, number | undefined][];
  return Object.fromEntries(
    entries.filter(([name, value]) => value !== undefined && Number.isFinite(value) && value !== from[name]),
  );
}

interface FieldsProps {
  values: Wanted;
  onChange: (values: Wanted) => void;
  /** The fewest epochs that make sense. */
  least: number;
}

export function Fields({ values, onChange, least }: FieldsProps) {
  const set = (name: keyof Wanted) => (value: string | number) =>
    onChange({ ...values, [name]: value === "" ? undefined : Number(value) });
  return (
    <>
      <NumberInput
        label="Learning rate"
        data-autofocus
        size="xs"
        min={0}
        max={100}
        decimalScale={12}
        step={0.001}
        hideControls
        value={values.learning_rate ?? ""}
        onChange={set("learning_rate")}
      />
      {"patience" in values && (
        <NumberInput
          label="Patience"
          description="Epochs without improvement before it stops"
          size="xs"
          min={1}
          max={100_000}
          allowDecimal={false}
          value={values.patience ?? ""}
          onChange={set("patience")}
        />
      )}
      <NumberInput
        label="Epochs in all"
        size="xs"
        min={least}
        max={100_000}
        allowDecimal={false}
        value={values.epochs ?? ""}
        onChange={set("epochs")}
      />
    </>
  );
}
