/** Starts a run of the project as it is drawn now and shows it. */

import { useState } from "react";
import { startTraining } from "../stores/training";
import { tellError } from "../ui/notify";
import { setSearch } from "../ui/router";

export function useTrain(): { busy: boolean; train: () => Promise<void> } {
  const [busy, setBusy] = useState(false);
  async function train() {
    if (busy) return;
    setBusy(true);
    try {
      setSearch({ run: (await startTraining()).id }, false);
    } catch (error) {
      tellError(error, "Training did not start");
    }
    setBusy(false);
  }
  return { busy, train };
}
