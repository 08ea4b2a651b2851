/** JSON merge patches, as findings are mended by them. */

import type { Config, Json } from "../api/types";

export const isObject = (value: Json | undefined): value is Config =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON merge patch (RFC 7396) applied to a document: null takes a field away. */
export function merged(document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const after = isObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete after[key];
    else after[key] = merged(after[key], value);
  }
  return after;
}
