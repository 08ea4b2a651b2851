/** Which panels beside the charts are folded, and what they show; in the address as the charts are. */

import { setSearch, useSearch } from "../ui/router";

export const PANELS = ["inside", "examples", "log"] as const;
export type PanelName = (typeof PANELS)[number];

/** What a panel says while what has happened so far is still on its way. */
export const LOADING = "Loading…";

/** Names in the address that are panels. */
export const readFolded = (text: string | null): PanelName[] =>
  PANELS.filter((name) => (text ?? "").split(",").includes(name));

export const writeFolded = (folded: PanelName[], name: PanelName): string | null =>
  PANELS.filter((one) => folded.includes(one) !== (one === name)).join(",") || null;

/** Whether a panel is folded, and what folds or unfolds it. */
export function useFolded(name: PanelName): [boolean, () => void] {
  const [text] = useSearch("folded");
  const folded = readFolded(text);
  return [folded.includes(name), () => setSearch({ folded: writeFolded(folded, name) }, false)];
}

/** One of some choices in the address; the first is usual and not said. */
export function useChoice<T extends string>(key: string, choices: readonly T[]): [T, (next: T) => void] {
  const [text] = useSearch(key);
  const usual = choices[0] as T;
  const chosen = choices.find((choice) => choice === text) ?? usual;
  return [chosen, (next) => setSearch({ [key]: next === usual ? null : next }, false)];
}
