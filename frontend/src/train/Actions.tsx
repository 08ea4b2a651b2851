/** Stop while it runs, train again when it has ended. */

import { Button } from "@mantine/core";
import { isLive } from "../api/queries";
import type { Run } from "../api/types";
import type { FeedStatus } from "../stores/run";
import { useCommands } from "../ui/commands";
import { HeaderActions } from "../ui/slots";
import { useSteering } from "./steering/useSteering";
import { useTrain } from "./useTrain";

export function Actions({ run, status }: { run: Run; status: FeedStatus }) {
  const { busy, train } = useTrain();
  const { stopping, ask } = useSteering(run, status.phase);
  const live = isLive(run) && status.terminal === null;
  const stop = () => ask("stop");
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
