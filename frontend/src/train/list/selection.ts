/** Which runs are picked for comparing, as it stands in the address. */

import { setSearch, useSearch } from "../../ui/router";

export const MOST = 8;

export const readPicked = (text: string | null): number[] =>
  [...new Set((text ?? "").split(",").filter((part) => /^\d{1,15}$/.test(part)))].map(Number).slice(0, MOST);

export interface Picked {
  runs: number[];
  full: boolean;
  toggle: (run: number) => void;
  clear: () => void;
}

export function usePicked(): Picked {
  const [text] = useSearch("pick");
  const runs = readPicked(text);
  return {
    runs,
    full: runs.length >= MOST,
    toggle: (run) => {
      const next = runs.includes(run) ? runs.filter((other) => other !== run) : [...runs, run];
      setSearch({ pick: next.join(",") || null });
    },
    clear: () =>
      setSearch({ pick: null, ...(window.location.search.includes("show=compare") ? { show: null } : {}) }),
  };
}

export type Shown = "run" | "runs" | "compare";

/** What the page shows: one run, the table of all, or the picked ones beside each other. */
export function useShown(): [Shown, (shown: Shown) => void] {
  const [text] = useSearch("show");
  const { runs } = usePicked();
  const wanted = text === "runs" || text === "compare" ? text : "run";
  const shown = wanted === "compare" && runs.length < 2 ? "run" : wanted;
  return [shown, (next) => setSearch({ show: next === "run" ? null : next }, false)];
}
