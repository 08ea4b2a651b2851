/** The one-line text of a node, filled from the templates its layer brings. */

import type { Config, Json, LayerType } from "../../api/types";

function words(value: Json): string {
  if (Array.isArray(value)) return value.map(words).join("×");
  if (typeof value === "object" && value !== null) return words(value.type ?? null);
  return typeof value === "number" && Number.isInteger(value) ? value.toLocaleString("en-US") : String(value);
}

/** The template filled; what is counted is not plural where there is one of it: "1 unit", "1 entry". */
function filled(template: string, value: Json): string {
  const counted = value === 1 && /^\{\} .+s$/.test(template);
  const fitting = counted ? template.replace(/ies$/, "ys").slice(0, -1) : template;
  return fitting.replace("{}", words(value));
}

export function summary(layer: LayerType | undefined, config: Config): string {
  const parts: string[] = [];
  for (const [name, field] of Object.entries(layer?.schema.properties ?? {})) {
    const template = field["x-summary"];
    const value = config[name] ?? field.default ?? null;
    if (template && value !== null) parts.push(filled(template, value));
  }
  return parts.join(" · ");
}
