/** The data set of the open project: choosing one, and taking over what the server proposes for it. */

import { hashKey } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../api/client";
import { keys, queryClient, useDataset } from "../api/queries";
import type {
  ColumnProfile,
  Config,
  Dataset,
  Graph,
  ProjectDocument,
  ProjectRow,
  Recipe,
  Wishes,
} from "../api/types";
import { tell, tellError } from "../ui/notify";
import { changeDocument, fillDocument, useEditor } from "./editor";
import { merged } from "./merge";
import { freeName, isUnnamed } from "./names";
import { reread } from "./rereading";
import { flush, openProject } from "./saving";

const LONGEST_NAME = 110;

/** What the project becomes with this data set: its recipe, and a first graph and settings where nothing is drawn yet. */
export function withDataset(
  { graph, settings }: Pick<ProjectDocument, "graph" | "settings">,
  dataset: Dataset,
): Partial<ProjectDocument> {
  const ready = dataset.state === "ready";
  return {
    dataset: dataset.id,
    recipe: ready ? dataset.recipe : null,
    ...(ready && dataset.graph && graph.nodes.length === 0
      ? { graph: dataset.graph, settings: { ...settings, ...dataset.settings } }
      : {}),
  };
}

/** Makes it the project's data set, after which a new project is called, and saves at once; an undoable step where it takes the place of something. */
export async function chooseDataset(dataset: Dataset): Promise<void> {
  queryClient.setQueryData(keys.dataset(dataset.id), dataset);
  const { document } = useEditor.getState();
  const first = document.dataset === null && document.graph.nodes.length === 0;
  const known = queryClient.getQueryData<ProjectRow[]>(keys.projects) ?? [];
  const named = isUnnamed(document.name)
    ? {
        name: freeName(
          dataset.name.slice(0, LONGEST_NAME),
          known.map((row) => row.name),
        ),
      }
    : {};
  (first ? fillDocument : changeDocument)({ ...withDataset(document, dataset), ...named });
  await flush();
}

/** The data set has been read: the server has filled the waiting project, or we do. */
async function adopt(project: number, dataset: Dataset): Promise<void> {
  await flush();
  if (!waits(project, dataset.id)) return;
  await openProject(project);
  if (!waits(project, dataset.id)) return;
  fillDocument(withDataset(useEditor.getState().document, dataset));
}

function waits(project: number, dataset: number): boolean {
  const { project: open, document } = useEditor.getState();
  return open === project && document.dataset === dataset && document.recipe === null;
}

/** Keeps an open project in step with a data set that is still being read, on whatever step one is. */
export function useReading(): void {
  useNewReading();
  const project = useEditor((editor) => editor.project);
  const id = useEditor((editor) => editor.document.dataset);
  const waiting = useEditor((editor) => editor.document.recipe === null);
  const { data } = useDataset(waiting ? id : null);
  useEffect(() => {
    if (project !== null && data?.state === "ready" && waiting) adopt(project, data).catch(() => {});
  }, [project, data, waiting]);
}

/** Has the file read anew; what was read before stays until the new reading is ready. */
export async function readAgain(dataset: number, wishes: Wishes): Promise<void> {
  const begun = await api.patch<Dataset>(`/api/datasets/${dataset}/`, { reading: wishes });
  queryClient.setQueryData(keys.dataset(dataset), begun);
}

/** Has the file read anew as a remedy says; `patch` is a JSON merge patch of the wishes. */
export async function readOtherwise(dataset: number, patch: Config): Promise<void> {
  try {
    const key = keys.dataset(dataset);
    const { wishes } =
      queryClient.getQueryData<Dataset>(key) ?? (await api.get<Dataset>(`/api/datasets/${dataset}/`));
    await readAgain(dataset, merged(wishes as Config, patch) as Wishes);
    tell("The file is read anew.");
  } catch (error) {
    tellError(error, "The file is not read anew");
  }
}

/** What the rows of a data set come from: its files, and how they are read. Another reading brings other rows. */
export const readingIn = (dataset: Pick<Dataset, "sha256" | "wishes"> | undefined): string | null =>
  dataset ? hashKey([dataset.sha256, dataset.wishes]) : null;

/** That of a data set by its number; null while it is not known here. */
export const readingOf = (dataset: number | null) =>
  readingIn(dataset === null ? undefined : queryClient.getQueryData<Dataset>(keys.dataset(dataset)));

/** Whether two readings of a file differ in the columns they found. */
export const differ = (before: ColumnProfile[], after: ColumnProfile[]): boolean =>
  before.length !== after.length ||
  before.some(({ name, type }, place) => after[place]?.name !== name || after[place]?.type !== type);

/** Once a file has been read anew: its rows are asked for again, and other columns bring another recipe. */
function useNewReading(): void {
  const id = useEditor((editor) => editor.document.dataset);
  const { data } = useDataset(id);
  const before = useRef<Dataset | null>(null);
  useEffect(() => {
    const last = before.current;
    before.current = data ?? null;
    if (!data || last?.id !== data.id || !last.rereading || data.rereading) return;
    queryClient.invalidateQueries({ queryKey: keys.dataset(data.id) });
    queryClient.invalidateQueries({ queryKey: ["findings", data.id] });
    if (data.problem || !differ(last.columns, data.columns)) return;
    const mine = useEditor.getState().document.recipe;
    const recipe = last.recipe && mine && data.recipe ? reread(last.recipe, mine, data.recipe) : data.recipe;
    changeDocument({ recipe });
  }, [data]);
}

/** Draws a network that fits the data; the one before comes back with undo. */
export async function drawFittingNetwork(step?: string): Promise<void> {
  const { project, document } = useEditor.getState();
  const { dataset, recipe } = document;
  const { graph } = await api.post<{ graph: Graph }>("/api/starter/", { dataset, recipe });
  const now = useEditor.getState();
  if (now.project !== project || (step && now.document.recipe !== recipe)) return;
  proposed = hashKey([graph]);
  if (hashKey([now.document.graph]) !== proposed) changeDocument({ graph }, step);
}

/** The network that was drawn last to fit the data, as long as the page is open. */
let proposed: string | null = null;
let changes = 0;
let following: ReturnType<typeof setTimeout>;

/** How long a recipe has to stand before the network follows, as numbers are typed digit by digit. */
const FOLLOW_MS = 300;

/** Whether nobody has drawn yet: the drawing is empty, or what Netloom proposed for the data. */
function isUntouched({ graph, dataset }: ProjectDocument): boolean {
  const first = queryClient.getQueryData<Dataset>(keys.dataset(dataset ?? 0))?.graph;
  const drawn = hashKey([graph]);
  return graph.nodes.length === 0 || drawn === proposed || (!!first && drawn === hashKey([first]));
}

/** Changes the recipe; as long as nobody has drawn, the network follows, and both are undone together. */
export function changeRecipe(recipe: Recipe): void {
  const untouched = isUntouched(useEditor.getState().document);
  const step = `recipe ${++changes}`;
  changeDocument({ recipe }, step);
  const hasTarget = Object.values(recipe.columns).some((column) => column.role === "target");
  clearTimeout(following);
  if (untouched && hasTarget)
    following = setTimeout(() => drawFittingNetwork(step).catch(() => {}), FOLLOW_MS);
}
