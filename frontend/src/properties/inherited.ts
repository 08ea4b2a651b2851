/** What a setting of a part of the form takes over from the whole form while it has none of its own. */

import { createContext, useContext } from "react";
import { asConfig, type Field, writtenOut } from "../api/fields";
import type { Config } from "../api/types";

/** What the whole form holds, for what follows one of its settings. */
export const Whole = createContext<{ fields: Field[]; value: Config }>({ fields: [], value: {} });

/** The name of what is chosen at a setting of the whole form. */
export function useInherited(name: string | undefined): string | undefined {
  const { fields, value } = useContext(Whole);
  const field = fields.find((one) => one.name === name);
  if (field?.control.kind !== "union") return undefined;
  return String(
    writtenOut(value[field.name] ?? field.initial, field.control.property)[field.control.property],
  );
}

/** The targets that have something of their own instead of what is set for all. */
export function useOwning(name: string): string[] {
  const { fields, value } = useContext(Whole);
  return fields.flatMap(({ name: group, control }) => {
    if (control.kind !== "each" || control.from !== "targets" || control.item.control.kind !== "object")
      return [];
    const own = control.item.control.fields.find(
      (field) => field.control.kind === "union" && field.control.inherits === name,
    );
    const given = Object.entries(asConfig(value[group]));
    return own ? given.filter(([, set]) => asConfig(set)[own.name]).map(([target]) => target) : [];
  });
}
