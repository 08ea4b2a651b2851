/** What one can do to a run where its progress stands: pause, resume and change it, or go on from a checkpoint. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { isLive } from "../../api/queries";
import type { Run } from "../../api/types";
import type { FeedStatus } from "../../stores/run";
import { useCommands } from "../../ui/commands";
import { Link, stepPath } from "../../ui/router";
import { position } from "../position";
import { Change } from "./Change";
import { Continue } from "./Continue";
import { useCheckpoints } from "./checkpoints";
import styles from "./steering.module.css";
import { useSteering } from "./useSteering";

type Ahead = NonNullable<Run["waits_for"]>;

export function SteeringBar({ run, status }: { run: Run; status: FeedStatus }) {
  const { paused, pausing, stopping, ask } = useSteering(run, status.phase);
  const [continuing, setContinuing] = useState(false);
  const live = isLive(run) && status.terminal === null;
  const turn = paused ? ("resume" as const) : ("pause" as const);
  const goOn = () => setContinuing(true);
  const failed = run.state === "failed";
  const { data: checkpoints } = useCheckpoints(run.id, failed);
  const left = !failed || (checkpoints?.length ?? 0) > 0; // one that failed may have left nothing to go on from
  const kept = live ? status.checkpoint !== null : left;
  const begin = live ? "Branch off" : "Continue";
  useCommands([
    ...(kept ? [{ id: "continue", label: `${begin} from a checkpoint`, group: "Training", run: goOn }] : []),
    ...(live
      ? [
          {
            id: turn,
            label: paused ? "Resume the run" : "Pause the run",
            group: "Training",
            run: () => ask(turn),
          },
        ]
      : []),
  ]);
  return (
    <div className={styles.bar}>
      {live && run.waits_for && <WaitsFor {...run.waits_for} own={run.project} />}
      {live && (
        <Button
          size="xs"
          variant={paused ? "filled" : "default"}
          onClick={() => ask(turn)}
          disabled={pausing || stopping}
          title={
            paused
              ? "Goes on exactly where it was, when it is its turn"
              : "Leaves a checkpoint and makes room for other runs"
          }
        >
          {paused ? "Resume" : pausing ? "Pausing…" : "Pause"}
        </Button>
      )}
      {live && <Change run={run} epoch={position(run, status).epoch} />}
      {kept && (
        <Button
          size="xs"
          variant="default"
          onClick={goOn}
          title={
            live
              ? "A new run from a checkpoint of this one, which is left as it is"
              : "For more epochs, or from an earlier checkpoint"
          }
        >
          {begin}
        </Button>
      )}
      <Continue run={run} live={live} opened={continuing} close={() => setContinuing(false)} />
    </div>
  );
}

/** The run whose end lets this one go on, by its project where that is another. */
function WaitsFor({ id, number, project, project_name, own }: Ahead & { own: number | null }) {
  const name = project !== own && project_name ? `${project_name}, run ${number}` : `run ${number}`;
  return (
    <span className={styles.after}>
      after {project === null ? name : <Link to={stepPath(project, "train", { run: id })}>{name}</Link>}
    </span>
  );
}
