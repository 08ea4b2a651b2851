/** Searches for a learning rate: they go on wherever in the project one goes, and what they found stays with it. */

import { hashKey } from "@tanstack/react-query";
import { create } from "zustand";
import { api, lines } from "../api/client";
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

/** What was found, by project; null where nothing was. */
interface FoundRates {
  [project: number]: Kept | null;
}

/** The searches that go on, by project. */
export const useRateSearches = create<{ [project: number]: Search }>(() => ({}));

/** As the server keeps it, of the projects that were asked about. */
export const useFoundRates = create<FoundRates>(() => ({}));

const keptAt = (project: number) => `/api/projects/${project}/rate/`;

/** Asks once what was found for a project, here or in another browser. */
export async function recallRate(project: number): Promise<void> {
  if (project in useFoundRates.getState()) return;
  const { kept } = await api.get<{ kept: Kept | null }>(keptAt(project));
  if (!(project in useFoundRates.getState())) useFoundRates.setState({ [project]: kept });
}

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
    keep(project, { asked, found });
  } catch (error) {
    if (!mine.signal.aborted) tellError(error, "No learning rate was found");
  }
  if (asking.get(project) !== mine) return;
  asking.delete(project);
  progressed(project, null);
}

/** Ends a search; the server hears of it. */
export const cancelSearch = (project: number) => asking.get(project)?.abort();

function keep(project: number, kept: Kept): void {
  useFoundRates.setState({ [project]: kept });
  api
    .post(keptAt(project), kept)
    .catch((error) => tellError(error, "The learning rate that was found stays on this page only"));
}

export function forgetRate(project: number): void {
  if (useFoundRates.getState()[project]) api.remove(keptAt(project)).catch(() => {});
  useFoundRates.setState({ [project]: null });
}

/** The project is gone, and what was found for it with it. */
export function dropRate(project: number): void {
  cancelSearch(project);
  const { [project]: _, ...others } = useFoundRates.getState();
  useFoundRates.setState(others, true);
}

/** Nobody is signed in: whoever is next sees their own. */
export function dropRates(): void {
  for (const search of asking.values()) search.abort();
  useFoundRates.setState({}, true);
}

function progressed(project: number, search: Search | null): void {
  useRateSearches.setState(
    ({ [project]: _, ...others }) => (search ? { ...others, [project]: search } : others),
    true,
  );
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
