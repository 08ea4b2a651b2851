/** The one-line text of a node, filled from the templates its layer brings. */

import type { Config, Json, LayerType } from "../../api/types";

function words(value: Json): string {
  if (Array.isArray(value)) return value.map(words).join("×");
  if (typeof value === "object" && value !== null) return words(value.type ?? null);
  return String(value);
}

export function summary(layer: LayerType | undefined, config: Config): string {
  const parts: string[] = [];
  for (const [name, field] of Object.entries(layer?.schema.properties ?? {})) {
    const template = field["x-summary"];
    const value = config[name] ?? field.default ?? null;
    if (template && value !== null) parts.push(template.replace("{}", words(value)));
  }
  return parts.join(" · ");
}
