/** What is the matter with a field of a form. */

import { type Field, same, writtenOut } from "../api/fields";
import type { Config, Json } from "../api/types";

/** What a field holds; one that may be none can hold that, whatever it starts with. */
export const heldBy = (field: Field, value: Config): Json => {
  const set = value[field.name];
  return set === undefined ? field.initial : set;
};

/** Whether something else is set than what a field starts with. */
export const isSet = (field: Field, value: Config) => {
  const set = value[field.name];
  return set !== undefined && !same(started(field, set), started(field, field.initial));
};

/** A value as it is written out, where it may be a name alone. */
const started = ({ control }: Field, value: Json): Json =>
  control.kind === "union" && value !== null ? writtenOut(value, control.property) : value;

/** Whether the server refused a field, or something in it. */
export const isRefused = (errors: Record<string, string>, path: string) =>
  Object.keys(errors).some((at) => at === path || at.startsWith(`${path}.`));
