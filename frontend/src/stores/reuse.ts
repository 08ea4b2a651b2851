/** What a run was trained with, back in the project: one undoable step. */

import { queryClient, runOf } from "../api/queries";
import type { ProjectDocument, Run } from "../api/types";
import { tellUndo } from "../ui/notify";
import { changeDocument, enter, useEditor } from "./editor";

export type Reused = "settings" | "network" | "everything";

/** Puts the settings, the network, or all that was frozen with a run into the open project. */
export async function reuse(run: Run, what: Reused): Promise<void> {
  const whole = await queryClient.fetchQuery(runOf(run.id));
  const { project, document } = useEditor.getState();
  if (project === null) return;
  const changes = taken(whole, what, document);
  const before = Object.fromEntries(
    Object.keys(changes).map((key) => [key, document[key as keyof ProjectDocument]]),
  );
  changeDocument(changes);
  if (changes.graph) enter([]);
  tellUndo(sentence(run, what, changes), () => {
    if (useEditor.getState().project === project) changeDocument(before);
  });
}

/** The parts of the project that change. The data set comes along where it still exists, with its preparation. */
export function taken(run: Run, what: Reused, document: ProjectDocument): Partial<ProjectDocument> {
  const { graph = document.graph, settings = document.settings, recipe = null, dataset } = run;
  if (what === "settings") return { settings };
  if (what === "network") return { graph };
  if (dataset === null) return { graph, settings };
  return { graph, settings, recipe, ...(dataset === document.dataset ? {} : { dataset }) };
}

function sentence(run: Run, what: Reused, changes: Partial<ProjectDocument>): string {
  if (what === "settings") return `The project has the settings of run ${run.number}.`;
  if (what === "network") return `The project has the network of run ${run.number}.`;
  if (!("recipe" in changes))
    return `The project has the network and settings of run ${run.number}; its data set was deleted.`;
  return `The project has the network, preparation and settings of run ${run.number}.`;
}
