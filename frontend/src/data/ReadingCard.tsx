/** How the file was read: what was detected, as fields one can change. */

import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import type { Dataset } from "../api/types";
import { readAgain } from "../stores/dataset";
import { Card } from "../ui/Card";
import { tellError } from "../ui/notify";
import { ProblemCard } from "../ui/Problem";
import styles from "./data.module.css";
import { choicesOf, type Field, fieldsOf, formatName, LABELS, shown, wish } from "./readings";

const FOUND = "found";

export function ReadingCard({ dataset }: { dataset: Dataset }) {
  const { reading, wishes, rereading } = dataset;
  const fields = fieldsOf(reading);
  const [sending, setSending] = useState(false);
  if (!reading && dataset.state !== "failed") return null;
  const busy = sending || rereading;

  async function change(next: typeof wishes) {
    setSending(true);
    await readAgain(dataset.id, next).catch((error) => tellError(error, "The file is not read anew"));
    setSending(false);
  }

  const field = (name: Field) => (
    <FieldInput
      key={`${name} ${shown(name, reading, wishes)}`}
      name={name}
      dataset={dataset}
      disabled={busy}
      onChange={(text) => change(wish(wishes, name, text))}
    />
  );
  return (
    <Card title="Reading" aside={<span className={styles.mute}>{reading && formatName(reading)}</span>}>
      {dataset.state === "ready" && dataset.problem && (
        <ProblemCard
          title="It could not be read that way"
          message={dataset.problem.message}
          hint={dataset.problem.hint}
          code={dataset.problem.code}
        />
      )}
      {fields.length === 0 && <p className={styles.advice}>Pictures are read as they are.</p>}
      <div className={styles.readingFields}>{fields.map(field)}</div>
      <p className={styles.advice} role="status" aria-label="State of the reading">
        {busy ? <Progress dataset={dataset} /> : fields.length > 0 && <Advice dataset={dataset} />}
      </p>
      {Object.keys(wishes).length > 0 && (
        <Button size="xs" variant="default" disabled={busy} onClick={() => change({})}>
          Detect all automatically
        </Button>
      )}
    </Card>
  );
}

const Progress = ({ dataset: { progress } }: { dataset: Dataset }) => (
  <>Reading the file anew… {progress?.fraction ? `${Math.round(100 * progress.fraction)} %` : ""}</>
);

const Advice = ({ dataset: { reading, wishes } }: { dataset: Dataset }) => (
  <>
    {reading === null
      ? "Say how the file is written, and it is read anew. What you leave is detected automatically."
      : Object.keys(wishes).length > 0
        ? "What you did not choose was detected automatically."
        : "All this was detected automatically. A change reads the file anew."}
  </>
);

interface FieldInputProps {
  name: Field;
  dataset: Dataset;
  disabled: boolean;
  onChange: (text: string | null) => void;
}

function FieldInput({ name, dataset: { reading, wishes }, disabled, onChange }: FieldInputProps) {
  const value = shown(name, reading, wishes);
  const choices = choicesOf(name, reading, value);
  if (choices) {
    const unknown = value === null ? [{ value: FOUND, label: "Automatic" }] : [];
    return (
      <NativeSelect
        label={LABELS[name]}
        title={choices.find((choice) => choice.value === value)?.label}
        disabled={disabled}
        value={value ?? FOUND}
        data={[...unknown, ...choices]}
        onChange={(event) => onChange(event.currentTarget.value === FOUND ? null : event.currentTarget.value)}
      />
    );
  }
  return <Typed name={name} value={value} disabled={disabled} onChange={onChange} />;
}

/** A field to type in; it counts once it is left, or with Enter. */
function Typed({
  name,
  value,
  disabled,
  onChange,
}: Omit<FieldInputProps, "dataset"> & { value: string | null }) {
  const [text, setText] = useState(value ?? "");
  const done = () => text !== (value ?? "") && onChange(text);
  const shared = {
    label: LABELS[name],
    placeholder: value === null ? "Automatic" : "None",
    disabled,
    onBlur: done,
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) =>
      event.key === "Enter" && event.currentTarget.blur(),
  };
  if (name === "skip")
    return (
      <NumberInput
        {...shared}
        min={0}
        max={1_000_000}
        allowDecimal={false}
        hideControls
        value={text}
        onChange={(typed) => setText(String(typed))}
      />
    );
  return (
    <TextInput
      {...shared}
      className={name === "missing" ? styles.wide : undefined}
      description={name === "missing" ? "Empty cells and these, with blanks between them" : undefined}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
