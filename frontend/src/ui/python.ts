/** Python cut into coloured pieces, just well enough to read it comfortably. */

export interface Piece {
  kind: "plain" | "comment" | "string" | "number" | "keyword" | "name";
  text: string;
}

const PATTERN = new RegExp(
  [
    /(?<comment>#[^\n]*)/,
    /(?<string>[rbf]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))/,
    /(?<number>\b\d[\d_]*\.?\d*(?:e[+-]?\d+)?\b)/,
    /(?<keyword>\b(?:and|as|assert|class|def|del|elif|else|except|False|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield)\b)/,
    /(?<name>(?<=\b(?:class|def) )\w+)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

export function pieces(source: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of source.matchAll(PATTERN)) {
    if (match.index > end) found.push({ kind: "plain", text: source.slice(end, match.index) });
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? ["plain"];
    found.push({ kind: kind as Piece["kind"], text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < source.length) found.push({ kind: "plain", text: source.slice(end) });
  return found;
}

/** The pieces of each line. */
export function lines(source: string): Piece[][] {
  const result: Piece[][] = [[]];
  for (const { kind, text } of pieces(source)) {
    const [first = "", ...rest] = text.split("\n");
    result.at(-1)?.push({ kind, text: first });
    for (const line of rest) result.push([{ kind, text: line }]);
  }
  return result;
}
