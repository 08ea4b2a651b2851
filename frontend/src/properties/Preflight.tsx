/** What a run would take, as the server works it out from the drawing and the settings. */

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { hashKey } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError } from "../api/client";
import { type PreflightBeside, useDataset, usePreflight, useSystem } from "../api/queries";
import type { Config, Documents, Preflight as Told } from "../api/types";
import { useChecking } from "../stores/checking";
import { readingIn } from "../stores/dataset";
import { useEditor } from "../stores/editor";
import { still } from "../stores/graph/still";
import { bytes, count, duration, plural } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import styles from "./Preflight.module.css";

/** How long the drawing has to rest before it is worked out anew. */
const REST_MS = 1_200;

export interface Estimate {
  told?: Told;
  error: Error | null;
  busy: boolean;
  /** Whether what is told is about the project as it was, not as it is now. */
  old: boolean;
  /** Whether the project is such that it can be told. */
  ready: boolean;
}

/** What a run of the open project would take with these settings, asked for when the drawing rests. */
export function useEstimate(settings: Config): Estimate {
  const graph = useEditor((editor) => editor.document.graph);
  const dataset = useEditor((editor) => editor.document.dataset);
  const recipe = useEditor((editor) => editor.document.recipe);
  const sound = useChecking(({ report }) => report !== null && report.problems.length === 0);
  const beside = useBeside(dataset);
  const now = useMemo<Documents>(
    () => ({ graph: still(graph), dataset, recipe, settings }),
    [graph, dataset, recipe, settings],
  );
  const [documents] = useDebouncedValue(now, REST_MS);
  const changed = useMemo(
    () => documents !== now && hashKey([documents]) !== hashKey([now]),
    [documents, now],
  );
  const ready = sound && dataset !== null && recipe !== null && graph.nodes.length > 0;
  const asked = ready && beside !== null;
  const { data, error, isFetching, isPlaceholderData } = usePreflight(documents, beside ?? NOTHING, asked);
  const told = ready ? data : undefined;
  return { told, error, busy: isFetching, old: told !== undefined && (changed || isPlaceholderData), ready };
}

const NOTHING: PreflightBeside = { reading: null, trainingMark: null };

/** What else an answer depends on; null while that is not known yet. */
function useBeside(dataset: number | null): PreflightBeside | null {
  const data = useDataset(dataset);
  const system = useSystem();
  const reading = readingIn(data.data);
  const trainingMark = system.data?.training_mark ?? null;
  return data.isPending || system.isPending ? null : { reading, trainingMark };
}

interface PreflightProps {
  estimate: Estimate;
  onBatchSize: (size: number) => void;
}

export function Preflight({ estimate, onBatchSize }: PreflightProps) {
  const { told, error, busy, old, ready } = estimate;
  const problem = told?.problem;
  const fitting = problem?.where?.batch_size;
  if (ready && error instanceof ApiError && error.hint)
    return <ProblemCard message={error.message} hint={error.hint} />;
  return (
    <>
      <section
        className={styles.facts}
        aria-label="What a run takes"
        aria-busy={busy || old}
        data-old={old || undefined}
      >
        {told && !error ? (
          <>
            <p className={styles.when}>{heading(old, busy)}</p>
            <Facts told={told} />
          </>
        ) : (
          <p>{words(ready, error)}</p>
        )}
      </section>
      {problem && !error && (
        <div className={styles.problem} data-old={old || undefined}>
          <ProblemCard message={problem.message} hint={problem.hint}>
            {typeof fitting === "number" && (
              <Button size="compact-sm" variant="light" disabled={old} onClick={() => onBatchSize(fitting)}>
                Use a batch size of {count(fitting)}
              </Button>
            )}
          </ProblemCard>
        </div>
      )}
    </>
  );
}

function heading(old: boolean, busy: boolean): string {
  if (old) return "Estimate for the earlier settings; a new one is being made…";
  return busy ? "A new estimate is being made…" : "A run takes";
}

function words(ready: boolean, error: Error | null): string {
  if (!ready) return "What a run takes is told once there are data and a network without problems.";
  return error ? error.message : "Working out what a run takes…";
}

export function Facts({ told }: { told: Told }) {
  const tight = told.memory > told.free;
  return (
    <div>
      <p>
        <strong>{time(told.seconds_per_epoch)}</strong>,{" "}
        {told.total_seconds !== null && <Total told={told} seconds={told.total_seconds} />}
        {told.compile_seconds >= 1 && (
          <>
            <strong>{rounded(told.compile_seconds)}</strong> of compiling before the first,{" "}
          </>
        )}
        <strong data-tight={tight || undefined}>{bytes(told.memory)}</strong> of memory,{" "}
        <strong>{count(told.parameters)}</strong> parameters, <strong>{bytes(told.disk)}</strong> of
        checkpoints.
      </p>
      {told.steps_per_epoch === 1 && (
        <p>A batch takes all training rows, so an epoch is one step. A smaller one learns faster.</p>
      )}
      {tight && !told.problem && (
        <p className={styles.tight} role="status">
          Only {bytes(told.free)} of it is free now, so the run may fail. Take a smaller batch size, or end
          other runs and programs first.
        </p>
      )}
    </div>
  );
}

/** "up to 12 m 05 s for 20 epochs (early stopping may end it sooner), " */
function Total({ told, seconds }: { told: Told; seconds: number }) {
  const ends = told.may_end_sooner.map((setting) => ENDS[setting]);
  return (
    <>
      {ends.length > 0 ? "up to" : "about"} <strong>{rounded(Math.max(seconds, 1))}</strong> for{" "}
      {plural(told.epochs, "epoch")}
      {ends.length > 0 && ` (${ends.join(" or ")} may end it sooner)`},{" "}
    </>
  );
}

const ENDS = { early_stopping: "early stopping", stop_when: "reaching the target" };

const rounded = (seconds: number) => (seconds < 10 ? `${Math.round(seconds)} s` : duration(seconds));

function time(seconds: number | null): string {
  if (seconds === null) return "Time is told once it runs";
  if (seconds < 1) return "Less than 1 s per epoch";
  return `About ${rounded(seconds)} per epoch`;
}
