/** Starting a run of the open project. */

import { ApiError, api } from "../api/client";
import { findingsOf } from "../api/findings";
import { keys, queryClient } from "../api/queries";
import type { ProjectDocument, Run } from "../api/types";
import { tellWarning } from "../ui/notify";
import { useEditor } from "./editor";
import { mistypedSentence, openMistyped, useMistyped } from "./mistyped";
import { flush } from "./saving";
import { hearOfFit } from "./unfit";
import { showTab } from "./view";

let pending: { key: string; document: unknown } | null = null;

/** Saves what is unsaved, then asks for a run. Asked twice for the same drawing in flight, it starts one. Settings that
 *  cannot be used are refused, and their form is opened. */
export async function startTraining(): Promise<Run> {
  const mistyped = mistypedSentence(useMistyped.getState().fields);
  if (mistyped) {
    openMistyped();
    throw new Error(mistyped);
  }
  await flush().catch((error) => {
    if (error instanceof ApiError && error.where.document === "settings") showTab("training");
    throw error;
  });
  const { project, document } = useEditor.getState();
  if (project === null) throw new Error("Open a project before training it.");
  if (pending?.document !== document) pending = { key: crypto.randomUUID(), document };
  const headers = { "Idempotency-Key": pending.key };
  const run = await api.post<Run>("/api/runs/", { project }, { headers }).catch((error) => {
    if (error instanceof ApiError && isOfSettings(error)) {
      hearOfFit(false);
      showTab("training");
    }
    throw error;
  });
  pending = null;
  warn(document).catch(() => {});
  queryClient.setQueryData(keys.run(run.id), run);
  queryClient.invalidateQueries({ queryKey: keys.runs(project) });
  queryClient.invalidateQueries({ queryKey: keys.projects, exact: true });
  return run;
}

/** Whether a refusal is about a setting, and not about the drawing or the data. */
const isOfSettings = ({ where }: ApiError) => typeof where.field === "string" && !where.node;

/** Says beside a run that has begun what is seriously wrong with what it learns from. */
async function warn({ dataset, recipe }: ProjectDocument): Promise<void> {
  if (dataset === null || recipe === null) return;
  const findings = await queryClient.fetchQuery(findingsOf(dataset, recipe));
  const serious = findings.filter((finding) => finding.level === "serious");
  if (serious[0]) tellWarning(serious[0].message, "The Data page can mend this before you train again");
}
