/** Searches for a learning rate: they go on, and what they found stays, wherever in the project one goes. */

import { hashKey } from "@tanstack/react-query";
import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import { lines } from "../api/client";
import { asConfig } from "../api/fields";
import type { Config, Documents, FoundRate, RateSearch, Settings } from "../api/types";
import { tellError } from "../ui/notify";
import { readingOf } from "./dataset";
import { useEditor } from "./editor";
import { still } from "./graph/still";

/** How far a search is, from 0 to 1, and when it began (milliseconds). */
export interface Search {
  progress: number;
  began: number;
}

/** What was asked, and how the data set had been read then. */
export interface Asked extends Documents {
  reading: string | null;
}

interface Kept {
  asked: Asked;
  found: FoundRate;
}

/** Both by project. What was found also stays over a reload, as long as the browser tab is open. */
interface RateSearches {
  searches: { [project: number]: Search };
  found: { [project: number]: Kept };
}

/** A browser that has no room forgets what was found with the page. */
const roomy = {
  getItem: (name: string) => sessionStorage.getItem(name),
  removeItem: (name: string) => sessionStorage.removeItem(name),
  setItem: (name: string, value: string) => {
    try {
      sessionStorage.setItem(name, value);
    } catch {
      sessionStorage.removeItem(name);
    }
  },
};

export const useRateSearches = create<RateSearches>()(
  persist<RateSearches, [], [], Pick<RateSearches, "found">>(() => ({ searches: {}, found: {} }), {
    name: "netloom.rates",
    storage: createJSONStorage(() => roomy),
    partialize: ({ found }) => ({ found }),
  }),
);

const asking = new Map<number, AbortController>();

/** What would be searched with now in the open project, with all its settings written out. */
export function askedNow(settings: Settings): Asked {
  const { graph, dataset, recipe } = useEditor.getState().document;
  return { graph: still(graph), dataset, recipe, settings, reading: readingOf(dataset) };
}

/** Searches for the open project; what it found before is dropped. */
export async function findRate(settings: Settings): Promise<void> {
  const { project } = useEditor.getState();
  if (project === null) return;
  const mine = new AbortController();
  const asked = askedNow(settings);
  const began = Date.now();
  cancelSearch(project);
  asking.set(project, mine);
  forgetRate(project);
  progressed(project, { progress: 0, began });
  try {
    const found = await searched(asked, mine.signal, (progress) => progressed(project, { progress, began }));
    useRateSearches.setState((state) => ({ found: { ...state.found, [project]: { asked, found } } }));
  } catch (error) {
    if (!mine.signal.aborted) tellError(error, "No learning rate was found");
  }
  if (asking.get(project) !== mine) return;
  asking.delete(project);
  progressed(project, null);
}

/** Ends a search; the server hears of it. */
export const cancelSearch = (project: number) => asking.get(project)?.abort();

export const forgetRate = (project: number) =>
  useRateSearches.setState(({ found: { [project]: _, ...others } }) => ({ found: others }));

function progressed(project: number, search: Search | null): void {
  useRateSearches.setState(({ searches: { [project]: _, ...others } }) => ({
    searches: search ? { ...others, [project]: search } : others,
  }));
}

/** Asks the server, which tells how far it is; the last line is what was found. */
async function searched(
  { reading: _, recipe, ...asked }: Asked,
  signal: AbortSignal,
  onProgress: (progress: number) => void,
): Promise<FoundRate> {
  const documents = { ...asked, ...(recipe ? { recipe } : {}) };
  for await (const line of lines<RateSearch>("/api/rates/find/", documents, signal)) {
    if (line.problem) throw Object.assign(new Error(line.problem.message), line.problem);
    if (line.result) return line.result;
    if (line.progress !== undefined) onProgress(line.progress);
  }
  throw new Error("The search for a learning rate stopped before its end.");
}

/** What has changed since a rate was found, in words; settings only where the search looked at them. */
export function changedSince({ asked, found }: Kept, now: Asked): string[] {
  const known = asked.reading !== null && now.reading !== null;
  const parts: [string, (of: Asked) => unknown][] = [
    ["the network", ({ graph }) => graph],
    ["the data", ({ dataset, reading }) => [dataset, known && reading]],
    ["the preparation", ({ recipe }) => recipe],
    ["the settings", ({ settings }) => found.regardless.reduce(without, settings)],
  ];
  return parts.filter(([, part]) => hashKey([part(asked)]) !== hashKey([part(now)])).map(([name]) => name);
}

/** The settings without what stands at a place, "optimizer.learning_rate". */
function without(settings: Config, place: string): Config {
  const [name = "", ...rest] = place.split(".");
  const { [name]: inner, ...others } = settings;
  if (rest.length === 0 || inner === undefined) return others;
  return { ...others, [name]: without(asConfig(inner), rest.join(".")) };
}
