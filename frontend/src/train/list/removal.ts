/** Deleting runs, with a way back. */

import { api } from "../../api/client";
import { keys, queryClient } from "../../api/queries";
import type { Run } from "../../api/types";
import { removeWithUndo } from "../../stores/removing";

export function removeRun(run: Run): void {
  removeWithUndo({
    key: `run:${run.id}`,
    message: `Run ${run.number} was deleted.`,
    remove: async () => {
      await api.remove(`/api/runs/${run.id}/`);
      queryClient.invalidateQueries({ queryKey: ["runs", "of"] });
      queryClient.invalidateQueries({ queryKey: keys.projects, exact: true });
    },
  });
}
