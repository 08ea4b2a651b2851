/** Which remarks on a data set still hold, and what they leave unsaid. */

import type { Json, Problem, Recipe } from "../api/types";

/** A remark on a column that is left out goes once the column has a role. */
export const holding = (problems: Problem[], recipe: Recipe): Problem[] =>
  problems.filter(({ code, where }) => {
    const column = where?.column;
    if (code !== "column_ignored" || typeof column !== "string") return true;
    return recipe.columns[column]?.role === "ignore";
  });

/** Everything a remark is about, file by file or line by line, unless its message names all of it. */
export function unsaid({ message, where = {} }: Problem): string[] {
  const values = Object.values(where).flatMap((value) => (Array.isArray(value) ? value : []));
  return values.every((value) => says(message, value)) ? [] : values.map(named);
}

/** A line by its number; a file by its name, with what is wrong with it. */
function named(value: Json): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return String(value);
  return `${value.name} (${value.reason})`;
}

function says(message: string, value: Json): boolean {
  if (typeof value === "number") return message.split(/[\s,;:()]+/).includes(String(value));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return message.includes(String(value));
  return message.includes(String(value.name)) && message.includes(String(value.reason));
}
