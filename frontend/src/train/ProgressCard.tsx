/** How far the run is and how long it will still take. */

import { Progress } from "@mantine/core";
import { isCancelled } from "../api/queries";
import type { Run } from "../api/types";
import type { FeedStatus } from "../stores/run";
import { count, duration } from "../ui/format";
import { DeviceUse } from "./DeviceUse";
import { endOf, hasFailed, phaseOf, position, problemOf } from "./position";
import { SteeringBar } from "./steering/SteeringBar";
import styles from "./train.module.css";
import { capital, endWords, failWords, phaseWords, queueWords, timeToGo } from "./words";

export function ProgressCard({ run, status }: { run: Run; status: FeedStatus }) {
  const { step, steps, epoch, epochs, left, earliest } = position(run, status);
  const ended = status.terminal !== null || run.state === "finished" || run.state === "failed";
  const failed = hasFailed(run, status);
  const cancelled = failed && isCancelled(endOf(run, status));
  const share = steps > 0 ? step / steps : 0;
  const paused = !ended && phaseOf(run, status) === "paused";
  const waits = paused || phaseOf(run, status) === "queued";
  const busy = !ended && !waits && share === 0;
  return (
    <section className={styles.progress} aria-label="Progress">
      <div className={styles.progressText}>
        <strong>{headline(run, status, epoch, epochs)}</strong>
        <SteeringBar run={run} status={status} />
      </div>
      <div className={styles.progressText}>
        <span>
          {[
            steps > 0 && `step ${count(step)} of ${count(steps)}`,
            ended
              ? run.seconds !== null && `took ${duration(run.seconds)}`
              : !paused && timeToGo(left, earliest),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      {!ended && !paused && <DeviceUse device={status.started?.device} progress={status.pace} />}
      <Progress
        aria-label="Trained so far"
        size={8}
        radius={4}
        transitionDuration={150}
        animated={busy}
        color={failed && !cancelled ? "red" : undefined}
        value={busy ? 100 : 100 * share}
        className={busy ? styles.waiting : undefined}
      />
    </section>
  );
}

function headline(run: Run, status: FeedStatus, epoch: number, epochs: number): string {
  if (hasFailed(run, status)) return failWords(endOf(run, status));
  if (status.terminal || run.state === "finished") {
    const reason = (status.terminal?.reason as string | undefined) ?? run.metrics?.reason;
    return endWords(reason, problemOf(run, status));
  }
  const phase = phaseOf(run, status);
  if (phase === "training" && epoch > 0)
    return epochs > 0 ? `Epoch ${count(epoch)} of ${count(epochs)}` : `Epoch ${count(epoch)}`;
  if (phase === "paused" && epoch > 0 && epochs > 0)
    return `Paused at epoch ${count(epoch)} of ${count(epochs)}`;
  if (phase === "queued") return capital(queueWords(run));
  return phaseWords(phase);
}
