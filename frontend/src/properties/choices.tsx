/** Settings that are chosen: one of several, several of several, or one of what the data offer. */

import { Button, Checkbox, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { createContext, useContext, useState } from "react";
import { type Control, type Field, type Fits, sentence, type Usual, type Words } from "../api/fields";
import type { Json, TargetReport } from "../api/types";
import { useReport } from "../stores/checking";
import { useOwning } from "./inherited";

interface ChoiceProps {
  label: string;
  nullable?: boolean;
  /** What no choice is called. */
  empty?: string;
  value: Json;
  error?: string;
  options: Json[];
  words?: Words;
  onChange: (value: Json) => void;
}

/** What an option is called. */
export const called = (option: Json, words: Words = {}) => words[String(option)] ?? String(option);

/** The options that fit a target. */
const fitting = (target: TargetReport, fits: Fits): string[] =>
  Array.isArray(target[fits]) ? target[fits] : Object.keys(target[fits]);

/** The options that suit some target of the data; all while there are no data. What is chosen stays in sight. */
function useSuiting(options: Json[], fits: Fits | undefined, chosen: string[]): Json[] {
  const targets = Object.values(useReport()?.targets ?? {});
  if (!fits || targets.length === 0) return options;
  return options.filter(
    (option) =>
      chosen.includes(String(option)) ||
      targets.some((target) => fitting(target, fits).includes(String(option))),
  );
}

/** What options are called: as all targets that they fit call them, else by their usual words. */
function useCalled(fits: Fits | undefined, words: Words | undefined): Words {
  const targets = Object.values(useReport()?.targets ?? {});
  const every = fits
    ? targets.flatMap(({ [fits]: told }) => (Array.isArray(told) ? [] : Object.entries(told)))
    : [];
  const agreed = every.filter(([option, title]) =>
    every.every(([other, another]) => other !== option || another === title),
  );
  return { ...words, ...Object.fromEntries(agreed) };
}

const NONE = "\u0000none";

export function Choice({
  label,
  nullable,
  empty = "automatic",
  value,
  error,
  options,
  words,
  onChange,
}: ChoiceProps) {
  const data = options.map((option) => ({ value: String(option), label: called(option, words) }));
  if (nullable) data.unshift({ value: NONE, label: empty });
  if (value !== null && !options.includes(value))
    data.unshift({ value: String(value), label: `${called(value, words)} (not available)` });
  return (
    <NativeSelect
      label={label}
      size="sm"
      rightSectionWidth={24}
      data={data}
      value={value === null ? NONE : String(value)}
      error={error}
      onChange={({ currentTarget }) =>
        onChange(options.find((option) => String(option) === currentTarget.value) ?? null)
      }
    />
  );
}

/** What is taken for the targets of the data while nothing is chosen. */
function useUsual(usual: Usual | undefined): string[] {
  const targets = Object.values(useReport()?.targets ?? {});
  return usual ? [...new Set(targets.flatMap((target) => target[usual]))] : [];
}

interface ChoicesProps extends Omit<ChoiceProps, "options" | "words"> {
  control: Omit<Extract<Control, { kind: "choices" }>, "kind">;
}

/**
 * Several of several. What is taken while nothing is chosen is ticked as well, and stays the choice of nothing; where
 * there may be none at all, `empty` says what that means.
 */
export function Choices({ label, nullable, empty, value, error, control, onChange }: ChoicesProps) {
  const { options, fits, rare = [], usual } = control;
  const words = useCalled(fits, control.words);
  const own = Array.isArray(value) ? value.map(String) : [];
  const none = nullable === true && value === null;
  const taken = useUsual(usual);
  const ticked = none || own.length > 0 ? own : taken;
  const suiting = useSuiting(options, fits, own);
  const [all, setAll] = useState(() => own.some((one) => rare.includes(one)));
  const shown = suiting.filter(
    (option) => all || !rare.includes(String(option)) || ticked.includes(String(option)),
  );
  const isTaken = (next: string[]) =>
    next.length === taken.length && taken.every((one) => next.includes(one));
  function choose(next: string[]) {
    if (isTaken(next)) onChange([]);
    else if (nullable && next.length === 0) onChange(null);
    else onChange(options.filter((option) => next.includes(String(option))));
  }
  return (
    <>
      <Checkbox.Group label={label} size="sm" value={ticked} error={error} onChange={choose}>
        <Group gap="sm" mt={4}>
          {shown.map((option) => (
            <Checkbox key={String(option)} value={String(option)} label={called(option, words)} size="xs" />
          ))}
          {shown.length < suiting.length && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setAll(true)}>
              Show {suiting.length - shown.length} more
            </Button>
          )}
        </Group>
      </Checkbox.Group>
      {none && (
        <Text size="xs" c="dimmed" mt={4}>
          {sentence(empty ?? "none")}.
        </Text>
      )}
      {usual && (
        <AboutUsual known={taken.length > 0} own={none || own.length > 0} back={() => onChange([])} />
      )}
    </>
  );
}

/** Whether what is ticked is the usual, and a way back to it. */
function AboutUsual({ known, own, back }: { known: boolean; own: boolean; back: () => void }) {
  if (own && known)
    return (
      <Button variant="subtle" color="gray" size="compact-xs" mt={4} ml={-8} onClick={back}>
        Back to the usual ones
      </Button>
    );
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {known
        ? "These are usual for the target."
        : "Once there are data, what is usual for the target is ticked here."}
    </Text>
  );
}

/** The names of the targets the data have, or of the classes of those that a part of the form is about. */
export function useNames(from: "targets" | "classes"): string[] {
  const names = Object.keys(useReport()?.targets ?? {});
  const about = useTargets();
  if (from === "targets") return names;
  return [...new Set(about.flatMap((target) => target.classes ?? []))];
}

/** Some of the drawing's layers that have weights; those that are gone are shown until they are taken out. */
export function Layers({ label, value, error, onChange }: Omit<ChoiceProps, "options">) {
  const nodes = useReport()?.nodes ?? {};
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const learning = Object.keys(nodes).filter((id) => (nodes[id]?.parameters ?? 0) > 0);
  const options = [...new Set([...learning, ...chosen])];
  if (options.length === 0) return null;
  return <Choices {...{ label, error, onChange }} control={{ options }} value={chosen} />;
}

interface SourceProps extends Omit<ChoiceProps, "options"> {
  from: "inputs" | "targets" | "monitors";
}

/** What the report of the drawing offers, and the name in it of what is chosen. */
function useOffered(
  from: SourceProps["from"],
  value: Json,
): { names: string[]; titles: Words; chosen: Json } {
  const report = useReport();
  if (from !== "monitors") return { names: Object.keys(report?.[from] ?? {}), titles: {}, chosen: value };
  const monitors = report?.monitors ?? [];
  const same = monitors.find(({ also }) => also.includes(String(value)));
  return {
    names: monitors.map(({ name }) => name),
    titles: Object.fromEntries(monitors.map(({ name, title }) => [name, title])),
    chosen: same?.name ?? value,
  };
}

/** One of the inputs or targets the data prepare, or of what can be watched; free text while there are no data. */
export function Source({ label, value, error, from, words, onChange }: SourceProps) {
  const { names, titles, chosen } = useOffered(from, value);
  if (names.length > 0)
    return (
      <Choice
        {...{ label, error, onChange }}
        value={chosen}
        options={names}
        words={{ ...words, ...titles }}
      />
    );
  return (
    <TextInput
      label={label}
      size="sm"
      value={String(value ?? "")}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Which output a part of the form is about; null for all of them. */
export const AboutTarget = createContext<string | null>(null);

/** The targets of the data that a part of the form is about. */
function useTargets() {
  const about = useContext(AboutTarget);
  const targets = useReport()?.targets ?? {};
  return about === null ? Object.values(targets) : [targets[about]].filter((target) => target !== undefined);
}

/** Whether a field is about a target that is asked about; every field is while there are no data. */
export function useConcerned(): (field: Field) => boolean {
  const targets = useTargets();
  return ({ only }) => !only || targets.length === 0 || targets.some(({ kind }) => only.includes(kind));
}

/**
 * Whether an option fits all targets that a setting counts for: not those that have one of their own, unless all do.
 * What is chosen stays in sight.
 */
export function useFitting(
  fits: Fits | undefined,
  setting: string,
  chosen: string,
): (option: string) => boolean {
  const about = useContext(AboutTarget);
  const targets = Object.entries(useReport()?.targets ?? {});
  const owning = useOwning(setting);
  const asked = targets.filter(([name]) => (about === null ? !owning.includes(name) : name === about));
  const suits = (option: string) => (target: TargetReport) =>
    fits === undefined || fitting(target, fits).includes(option);
  return (option) =>
    option === chosen ||
    (asked.length > 0
      ? asked.every(([, target]) => suits(option)(target))
      : targets.length === 0 || targets.some(([, target]) => suits(option)(target)));
}
