/** Names out of documents, as words. */

/** "validation_loss" → "Validation loss"; names with capitals stay as they are. */
export function words(key: string): string {
  const spaced = key.replaceAll("_", " ").trim();
  return spaced ? spaced.charAt(0).toUpperCase() + spaced.slice(1) : key;
}

/** A value of a cell as text; a missing one is an em dash. */
export function cell(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : shortest(value);
  return String(value);
}

/** At most six decimals, so that 0.1 + 0.2 stays readable. */
const shortest = (value: number) => String(Number(value.toPrecision(7)));
