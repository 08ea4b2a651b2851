/** Starting a run of the open project. */

import { api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Run } from "../api/types";
import { useEditor } from "./editor";
import { flush } from "./saving";

let pending: { key: string; document: unknown } | null = null;

/** Saves what is unsaved, then asks for a run. Asked twice for the same drawing in flight, it starts one. */
export async function startTraining(): Promise<Run> {
  await flush();
  const { project, document } = useEditor.getState();
  if (project === null) throw new Error("Open a project before training it.");
  if (pending?.document !== document) pending = { key: crypto.randomUUID(), document };
  const run = await api.post<Run>("/api/runs/", { project }, { headers: { "Idempotency-Key": pending.key } });
  pending = null;
  queryClient.setQueryData(keys.run(run.id), run);
  queryClient.invalidateQueries({ queryKey: keys.runs(project) });
  queryClient.invalidateQueries({ queryKey: keys.projects, exact: true });
  return run;
}
