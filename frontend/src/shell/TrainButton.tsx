/** Train: saves, starts a run and goes to its curves; says why when the drawing cannot train yet. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "../api/client";
import { useChecking } from "../stores/checking";
import { useEditor } from "../stores/editor";
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
  if (dataset === null) return "Choose a data set on the Data step before training.";
  if (nodes === 0) return "Draw a network on the Design step before training.";
  const first = problems?.[0];
  if (first && problems.length === 1) return first.message;
  if (first) return `${plural(problems.length, "problem")} to solve first. ${first.message}`;
  return null;
}

export function TrainButton({ project }: { project: number }) {
  const [busy, setBusy] = useState(false);
  const obstacle = useObstacle();

  async function train() {
    if (busy) return;
    if (obstacle) {
      tellError(new Error(obstacle), "The network cannot train yet");
      return;
    }
    setBusy(true);
    try {
      const run = await startTraining();
      navigate(stepPath(project, "train", { run: run.id }));
    } catch (error) {
      const title =
        error instanceof ApiError && error.status === 412 ? "Not saved yet" : "Training did not start";
      tellError(error, title);
    } finally {
      setBusy(false);
    }
  }

  useCommands([
    { id: "train", label: "Train", group: "Training", keys: "Ctrl+Enter", inFields: true, run: train },
  ]);

  return (
    <Button
      onClick={train}
      loading={busy}
      title={obstacle ?? "Start training (Ctrl+Enter)"}
      data-blocked={obstacle ? true : undefined}
      rightSection={<span aria-hidden="true">▸</span>}
    >
      Train
    </Button>
  );
}
