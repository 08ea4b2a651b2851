/** What a setting of a part of the form takes over from the whole form while it has none of its own. */

import { createContext, useContext } from "react";
import { type Field, writtenOut } from "../api/fields";
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
