/** Stop while it runs, train again when it has ended. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { api } from "../api/client";
import { queryClient } from "../api/queries";
import type { Run } from "../api/types";
import { isLive } from "../stores/chosenRun";
import { useCommands } from "../ui/commands";
import { tellError } from "../ui/notify";
import { HeaderActions } from "../ui/slots";
import { useTrain } from "./useTrain";

export function Actions({ run, ended }: { run: Run; ended: boolean }) {
  const { busy, train } = useTrain();
  const { stopping, stop } = useStop(run);
  const live = isLive(run) && !ended;
  useCommands([
    { id: "train", label: "Train again", group: "Training", keys: "Ctrl+Enter", inFields: true, run: train },
    ...(live ? [{ id: "stop", label: "Stop the run", group: "Training", run: stop }] : []),
  ]);
  return (
    <HeaderActions>
      {live && (
        <Button
          variant="default"
          onClick={stop}
          disabled={stopping}
          title="Stops after the present step and keeps the best model"
        >
          {stopping ? "Stopping…" : "Stop"}
        </Button>
      )}
      <Button variant={live ? "default" : "filled"} loading={busy} onClick={train} title="Ctrl+Enter">
        Train again
      </Button>
    </HeaderActions>
  );
}

function useStop(run: Run): { stopping: boolean; stop: () => void } {
  const [asked, setAsked] = useState(false);
  async function stop() {
    setAsked(true);
    try {
      await api.post(`/api/runs/${run.id}/stop/`);
      queryClient.invalidateQueries({ queryKey: ["runs"] });
    } catch (error) {
      setAsked(false);
      tellError(error, "The run could not be stopped");
    }
  }
  return { stopping: asked || run.stopping === true, stop };
}
