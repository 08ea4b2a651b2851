/** Settings and their values in words, as the form calls them: by the schema the form is drawn from. */

import { type Field, fieldsOf } from "../../api/fields";
import type { Schema } from "../../api/types";
import { count } from "../../ui/format";
import { inSentence } from "../../ui/measures";
import { cell, words } from "../../ui/words";

export interface SettingWords {
  /** "optimizer.learning_rate" → "Optimizer, learning rate" */
  title: (place: string) => string;
  value: (place: string, value: unknown) => string;
}

/** Where the settings stand that may be changed while a run goes on. */
export const CHANGED: { [name: string]: string } = {
  learning_rate: "optimizer.learning_rate",
  patience: "early_stopping.patience",
  epochs: "epochs",
};

interface Found {
  labels: string[];
  field: Field | null;
  /** Whether it belongs to something that may be off as a whole. */
  optional: boolean;
}

export function settingWords(schema: Schema | undefined): SettingWords {
  const fields = schema ? fieldsOf(schema) : [];
  const find = (place: string) => walk(fields, place.split("."));
  return {
    title: (place) => {
      const [whole, name = ""] = place.split(".");
      if (whole === "changed") return `${find(CHANGED[name] ?? name).labels.at(-1)}, changed to`;
      const [first = "", ...rest] = find(place).labels;
      return [first, ...rest.map(inSentence)].join(", ");
    },
    value: (place, value) => {
      if (place.startsWith("changed.")) return value === null ? "not changed" : plain(value);
      return written(find(place), value);
    },
  };
}

function walk(top: Field[], parts: string[]): Found {
  const found: Found = { labels: [], field: null, optional: false };
  let fields = top;
  for (const part of parts) {
    const { field } = found;
    if (field?.control.kind === "each") {
      found.labels.push(part);
      found.field = field.control.item;
      fields = within(found.field);
    } else if (field?.control.kind === "union" && part === field.control.property) {
      break; // which branch it is goes by the name of the whole
    } else {
      found.optional ||= field?.control.kind === "object" && field.nullable;
      found.field = fields.find((one) => one.name === part) ?? null;
      found.labels.push(found.field?.label || words(part));
      fields = found.field ? within(found.field) : [];
    }
  }
  return found;
}

function within({ control }: Field): Field[] {
  if (control.kind === "object") return control.fields;
  return control.kind === "union" ? control.options.flatMap((option) => option.fields) : [];
}

function written({ field, optional }: Found, value: unknown): string {
  if (value === null || value === undefined) return optional ? OFF : absent(field);
  const control = field?.control;
  if (control?.kind === "choices" && Array.isArray(value)) {
    const named = value.map((one) => control.words?.[String(one)] ?? words(String(one)));
    return named.join(", ") || (control.usual ? "the usual ones" : field?.empty) || "none";
  }
  if (control?.kind === "choice") return control.words?.[String(value)] ?? words(String(value));
  if (control?.kind === "union")
    return control.options.find((one) => one.value === value)?.label ?? plain(value);
  return plain(value);
}

/** What the parts of something say that is off as a whole. */
export const OFF = "off";

const absent = (field: Field | null) => (field?.nullable ? field.empty : "—");

/** A value without a schema: lists with commas, yes and no, 20,000. */
export function plain(value: unknown): string {
  if (typeof value === "number" && Number.isInteger(value)) return count(value);
  if (Array.isArray(value)) return value.map(item).join(", ") || "none";
  return value === true ? "yes" : value === false ? "no" : cell(value);
}

const item = (value: unknown) =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : plain(value);
