/** A JSON Schema read as form fields: what kind of control each setting needs, and what may be entered. */

import type { Config, Json, Schema } from "./types";

export interface Limits {
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  integer: boolean;
}

/** Under which name the report of a drawing tells for each target what is taken while nothing is chosen. */
export type Usual = "usual_metrics";

/** Under which name the report of a drawing tells for each target which options fit it, and maybe their names there. */
export type Fits = "losses" | "metrics";

/** What options are called, where their values are no words. */
export type Words = { [option: string]: string };

export type Control =
  | ({ kind: "number" } & Limits)
  | ({ kind: "numbers"; least: number; most: number | null; open?: boolean } & Limits)
  | { kind: "boolean" }
  | { kind: "choice"; options: Json[]; words?: Words }
  | {
      kind: "choices";
      options: Json[];
      words?: Words;
      usual?: Usual;
      fits?: Fits;
      /** What is seldom chosen, and folded away until it is asked for. */
      rare?: string[];
    }
  | { kind: "source"; from: "inputs" | "targets" | "monitors"; words?: Words }
  | { kind: "layers" }
  | { kind: "each"; from: "targets" | "classes"; item: Field }
  | { kind: "text" }
  | { kind: "object"; fields: Field[]; help: string }
  | {
      kind: "union";
      property: string;
      fits?: Fits;
      /** The setting of the whole form that counts while there is none. */
      inherits?: string;
      options: { value: string; label: string; fields: Field[]; help: string }[];
    }
  | { kind: "raw" };

export interface Field {
  name: string;
  label: string;
  help: string;
  nullable: boolean;
  advanced: boolean;
  /** What an empty field means: "automatic", "off". */
  empty: string;
  initial: Json;
  /** The kinds of target that it is about; undefined for all. */
  only?: string[];
  control: Control;
}

/** The fields of an object schema, without constants and hidden ones. */
export function fieldsOf(schema: Schema, root: Schema = schema): Field[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.const === undefined && !field["x-hidden"])
    .map(([name, field]) => readField(name, field, root));
}

function readField(name: string, schema: Schema, root: Schema): Field {
  const whole = resolve(schema, root);
  const { inner, nullable } = withoutNull(whole, root);
  const control = readControl({ ...inner, ...hintsOf(whole) }, root);
  return {
    name,
    label: sentence(whole.title ?? name),
    help: whole.description ?? inner.description ?? "",
    nullable,
    advanced: whole["x-advanced"] === true,
    empty: whole["x-empty"] ?? (whole.default === undefined || whole.default === null ? "automatic" : "none"),
    only: whole["x-only"],
    initial: whole.default ?? (nullable ? null : startOf(control)),
    control,
  };
}

/** The hints that stand at a field, and not at its type. */
const hintsOf = (whole: Schema): Schema => ({
  "x-source": whole["x-source"],
  "x-words": whole["x-words"],
  "x-usual": whole["x-usual"],
  "x-fits": whole["x-fits"],
  "x-rare": whole["x-rare"],
  "x-inherits": whole["x-inherits"],
});

function resolve(schema: Schema, root: Schema): Schema {
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  if (!reference) return schema;
  const target = root.$defs?.[reference.split("/").at(-1) ?? ""] ?? {};
  const { $ref: _ref, allOf: _all, ...own } = schema;
  return { ...resolve(target, root), ...own };
}

function withoutNull(schema: Schema, root: Schema): { inner: Schema; nullable: boolean } {
  const rest = schema.anyOf?.filter((option) => option.type !== "null");
  const [only] = rest ?? [];
  if (!rest || !only || rest.length !== 1) return { inner: schema, nullable: false };
  return { inner: resolve(only, root), nullable: rest.length < (schema.anyOf?.length ?? 0) };
}

function readControl(schema: Schema, root: Schema): Control {
  const from = schema["x-source"];
  if (typeof schema.additionalProperties === "object")
    return from === "targets" || from === "classes"
      ? { kind: "each", from, item: readField("", schema.additionalProperties, root) }
      : { kind: "raw" };
  if (from === "layers") return { kind: "layers" };
  if (from === "inputs" || from === "targets" || from === "monitors")
    return { kind: "source", from, words: schema["x-words"] };
  if (schema.discriminator && schema.oneOf) return readUnion(schema, root);
  if (schema.enum) return { kind: "choice", options: schema.enum, words: schema["x-words"] };
  if (schema.properties)
    return { kind: "object", fields: fieldsOf(schema, root), help: schema.description ?? "" };
  if (schema.type === "array") return readArray(schema, root);
  if (schema.type === "boolean") return { kind: "boolean" };
  if (schema.type === "integer" || schema.type === "number") return { kind: "number", ...limits(schema) };
  return schema.type === "string" ? { kind: "text" } : { kind: "raw" };
}

function readUnion(schema: Schema, root: Schema): Control {
  const property = schema.discriminator?.propertyName ?? "type";
  const branches = (schema.oneOf ?? []).map((option) => resolve(option, root));
  // What has no properties is the same branches given by their names alone.
  const options = branches
    .filter((branch) => branch.properties)
    .map((branch) => {
      const value = String(branch.properties?.[property]?.const ?? branch.title ?? "");
      return {
        value,
        label: branch.title ?? value,
        fields: fieldsOf(branch, root),
        help: branch.description ?? "",
      };
    });
  return { kind: "union", property, options, fits: schema["x-fits"], inherits: schema["x-inherits"] };
}

function readArray(schema: Schema, root: Schema): Control {
  const [first] = schema.prefixItems ?? [];
  const { inner: item, nullable: open } = withoutNull(resolve(first ?? schema.items ?? {}, root), root);
  if (item.enum)
    return {
      kind: "choices",
      options: item.enum,
      words: schema["x-words"],
      usual: schema["x-usual"],
      fits: schema["x-fits"],
      rare: schema["x-rare"],
    };
  if (item.type !== "integer" && item.type !== "number") return { kind: "raw" };
  const fixed = schema.prefixItems?.length;
  const least = fixed ?? schema.minItems ?? 0;
  const numbers = {
    kind: "numbers",
    least,
    most: fixed ?? schema.maxItems ?? null,
    ...limits(item),
  } as const;
  return open ? { ...numbers, open } : numbers;
}

const limits = (schema: Schema): Limits => ({
  minimum: schema.minimum,
  maximum: schema.maximum,
  exclusiveMinimum: schema.exclusiveMinimum,
  exclusiveMaximum: schema.exclusiveMaximum,
  integer: schema.type === "integer",
});

/** The value a control starts with where the schema gives none. */
function startOf(control: Control): Json {
  if (control.kind === "object") return defaults(control.fields);
  if (control.kind === "each") return {};
  if (control.kind === "union") return branchOf(control, control.options[0]?.value ?? "");
  if (control.kind === "choices" || control.kind === "numbers" || control.kind === "layers") return [];
  if (control.kind === "choice") return control.options[0] ?? null;
  if (control.kind === "boolean") return false;
  return control.kind === "number" ? (control.minimum ?? 0) : "";
}

/** A value as a document of settings; empty where it is none. */
export const asConfig = (value: Json | undefined): Config =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

export const defaults = (fields: Field[]): Config =>
  Object.fromEntries(fields.map((field) => [field.name, field.initial]));

/** A value for another branch of a union; what was changed is kept where that branch has it too. */
export function branchOf(
  control: Extract<Control, { kind: "union" }>,
  value: string,
  current: Config = {},
): Config {
  const fields = fieldsOfBranch(control, value);
  const before = fieldsOfBranch(control, String(current[control.property]));
  const changed = new Set(
    before
      .filter((field) => !same(current[field.name] ?? field.initial, field.initial))
      .map(({ name }) => name),
  );
  const kept = fields
    .filter((field) => changed.has(field.name))
    .map((field) => [field.name, current[field.name]]);
  return { [control.property]: value, ...defaults(fields), ...Object.fromEntries(kept) };
}

const fieldsOfBranch = (control: Extract<Control, { kind: "union" }>, value: string) =>
  control.options.find((option) => option.value === value)?.fields ?? [];

export const same = (a: Json | undefined, b: Json) => JSON.stringify(a) === JSON.stringify(b);

/** A branch that is written by its name alone as a whole document. */
export const writtenOut = (value: Json, property: string): Config => {
  if (typeof value === "string") return { [property]: value };
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
};

/** Where a refusal is shown: its path through a document, without the branches of unions that the server names. */
export function placeOf(path: string[], document: Json): string {
  let here: Json | undefined = document;
  const place: string[] = [];
  for (const part of path) {
    const inner: Config | null =
      typeof here === "object" && here !== null && !Array.isArray(here) ? here : null;
    if (part === here || (inner && !(part in inner) && inner.type === part)) continue;
    place.push(part);
    here = inner?.[part];
  }
  return place.join(".");
}

/** A name as a label: "Learning Rate" or "learning_rate" → "Learning rate". */
export function sentence(title: string): string {
  const words = title.replace(/_/g, " ").trim().split(/\s+/);
  const lower = words.map((word) => (/^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word));
  const text = lower.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is wrong with a number, in words, or null. */
export function numberProblem(value: number, limit: Limits): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = limit;
  if (!Number.isFinite(value)) return "Enter a number.";
  if (limit.integer && !Number.isInteger(value)) return "Enter a whole number.";
  if (minimum !== undefined && value < minimum) return `At least ${minimum.toLocaleString("en-US")}.`;
  if (maximum !== undefined && value > maximum) return `At most ${maximum.toLocaleString("en-US")}.`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `More than ${exclusiveMinimum}.`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `Less than ${exclusiveMaximum}.`;
  return null;
}

/** Digits in threes, as 1,000; what begins with 0 is none. */
const GROUPED = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

/** One entered number: 0.001, 0,001, 1e-3, 1,000. */
export function parseNumber(text: string, limit: Limits): { value: number } | { problem: string } {
  const typed = text.trim().replace(/−/g, "-");
  const clean = GROUPED.test(typed) ? typed.replace(/,/g, "") : typed.replace(/^([-+]?\d*),(\d+)/, "$1.$2");
  const value = clean === "" ? Number.NaN : Number(clean);
  const problem = numberProblem(value, limit);
  return problem ? { problem } : { value };
}

/** What stands for a number that is left open. */
export const ANY = "any";
const OPEN = new Set([ANY, "?", "none", "null"]);

/** Several entered numbers, "3 × 3", "3x3" or "3, 3"; one alone fills all places of a pair. Where they may be left
 *  open, "any" stands for one. */
export function parseNumbers(
  text: string,
  control: Extract<Control, { kind: "numbers" }>,
): { value: (number | null)[] } | { problem: string } {
  const parts = text
    .replace(/−/g, "-")
    .split(/[\s,;x×*()[\]]+/i)
    .filter(Boolean);
  const numbers = parts.map((part) => (control.open && OPEN.has(part.toLowerCase()) ? null : Number(part)));
  const [first] = numbers;
  const { least, most } = control;
  const value = numbers.length === 1 && first !== undefined && least > 1 ? Array(least).fill(first) : numbers;
  if (value.length < least || (most !== null && value.length > most)) {
    const wanted = least === most ? `${least}` : most === null ? `at least ${least}` : `${least} to ${most}`;
    return { problem: `Enter ${wanted} numbers, such as ${Array(Math.max(2, least)).fill(3).join(" × ")}.` };
  }
  const problems = value.map((number) => (number === null ? null : numberProblem(number, control)));
  const problem = problems.find((found) => found !== null);
  return problem ? { problem } : { value };
}

/** The next value of an arrow key: whole numbers by one, others by their last significant digit. */
export function stepped(value: number, limit: Limits, direction: 1 | -1, large: boolean): number {
  const size = limit.integer ? 1 : value === 0 ? 0.1 : 10 ** Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  const lower =
    !limit.integer && direction < 0 && Math.abs(Math.abs(value) - size) < size * 1e-6 ? size / 10 : size;
  const next = Number((value + direction * (limit.integer && large ? 10 : 1) * lower).toPrecision(12));
  return numberProblem(next, limit) ? value : next;
}
