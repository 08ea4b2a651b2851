/** Train: saves, starts a run and goes to its curves; says why when the drawing cannot train yet. */

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { useDataset } from "../api/queries";
import { useChecking, useDataProblem } from "../stores/checking";
import { useEditor } from "../stores/editor";
import { mistypedSentence, openMistyped, useMistyped } from "../stores/mistyped";
import { startTraining } from "../stores/training";
import { useCommands } from "../ui/commands";
import { plural } from "../ui/format";
import { tellError } from "../ui/notify";
import { navigate, stepPath } from "../ui/router";

/** Why training cannot start, in one sentence, or null when it can. */
function useObstacle(): string | null {
  const nodes = useEditor((editor) => editor.document.graph.nodes.length);
  const dataset = useEditor((editor) => editor.document.dataset);
  const problems = useChecking((checking) => checking.report?.problems);
  const unusable = useDataProblem();
  if (dataset === null) return "Choose a data set on the Data step before training.";
  if (unusable) return `${unusable.message} ${unusable.hint}`;
  if (nodes === 0) return "Draw a network on the Design step before training.";
  const first = problems?.[0];
  if (first && problems.length === 1) return first.message;
  if (first) return `${plural(problems.length, "problem")} to solve first. ${first.message}`;
  return null;
}

/** Whether the project still waits for its data set to be read. */
function useReadingData(): boolean {
  const dataset = useEditor((editor) => editor.document.dataset);
  const prepared = useEditor((editor) => editor.document.recipe !== null);
  const { data } = useDataset(prepared ? null : dataset);
  return !prepared && dataset !== null && data?.state !== "failed";
}

async function start(project: number): Promise<void> {
  try {
    const run = await startTraining();
    navigate(stepPath(project, "train", { run: run.id }));
  } catch (error) {
    const stale = error instanceof ApiError && error.status === 412;
    tellError(error, stale ? "Not saved yet" : "Training did not start");
  }
}

/** Opens the form of what was mistyped, for one to mend it. */
function openForm(project: number): void {
  openMistyped();
  const path = stepPath(project, "design");
  if (window.location.pathname !== path) navigate(path);
}

export function TrainButton({ project }: { project: number }) {
  const [busy, setBusy] = useState<"no" | "waiting" | "starting">("no");
  const obstacle = useObstacle();
  const mistyped = useMistyped(({ fields }) => mistypedSentence(fields));
  const reading = useReadingData();

  async function train() {
    if (busy === "starting") return;
    if (reading) {
      setBusy("waiting");
      return;
    }
    if (mistyped) {
      openForm(project);
      tellError(new Error(mistyped), "The network cannot train yet");
      setBusy("no");
      return;
    }
    if (obstacle) {
      tellError(new Error(obstacle), "The network cannot train yet");
      setBusy("no");
      return;
    }
    setBusy("starting");
    await start(project);
    setBusy("no");
  }

  // Pressed while the data were still being read: it starts as soon as they are.
  const due = busy === "waiting" && !reading;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is due
  useEffect(() => {
    if (due) train();
  }, [due]);

  useCommands([
    { id: "train", label: "Train", group: "Training", keys: "Ctrl+Enter", inFields: true, run: train },
  ]);

  return (
    <Button
      onClick={train}
      loading={busy !== "no"}
      title={
        reading ? "Starts once the data are read" : (mistyped ?? obstacle ?? "Start training (Ctrl+Enter)")
      }
      rightSection={<span aria-hidden="true">▸</span>}
    >
      Train
    </Button>
  );
}
