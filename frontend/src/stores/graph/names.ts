/** Node ids: Python identifiers, because they become attribute names in the exported code. */

import type { Graph } from "../../api/types";

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** The name of a class in snake case, as Keras names its layers. */
export function snakeCase(type: string): string {
  return type
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** A title as the stem of names in the code: "U-Net down" → "u_net_down". */
export function slug(title: string): string {
  const plain = title.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const stem = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(stem) ? stem.slice(0, 60) : "block";
}

/** A stem, or with a number behind it where that is taken: residual, residual_2… */
export function freeName(stem: string, taken: ReadonlySet<string>): string {
  let name = stem;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}_${number}`;
  return name;
}

/** The first free id of the form name_1, name_2… */
export function freeId(stem: string, taken: ReadonlySet<string>): string {
  const base = stem.replace(/_\d+$/, "");
  let number = 1;
  while (taken.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

export const idsOf = (graph: Graph) => new Set(graph.nodes.map((node) => node.id));

/** What is wrong with a new id for a node, or null. */
export function idProblem(graph: Graph, current: string, next: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(next))
    return "Use letters, digits and underscores, and start with a letter.";
  if (KEYWORDS.has(next)) return `“${next}” is a word of Python. Choose another name.`;
  if (next.length > 100) return "Use at most 100 characters.";
  if (next !== current && graph.nodes.some((node) => node.id === next))
    return `Another layer is called “${next}”.`;
  return null;
}
