/** Whether the drawn network fits the data, and a way to get one that does. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useDataset } from "../api/queries";
import type { GraphProblem } from "../api/types";
import { useReport } from "../stores/checking";
import { drawFittingNetwork } from "../stores/dataset";
import { fixProblem } from "../stores/drawing";
import { undo, useEditor } from "../stores/editor";
import { Card } from "../ui/Card";
import { count, plural } from "../ui/format";
import { tellError, tellUndo } from "../ui/notify";
import { Link, stepPath } from "../ui/router";
import styles from "./data.module.css";
import { targets } from "./recipe";

function useDrawing(): { busy: boolean; draw: () => Promise<void> } {
  const [busy, setBusy] = useState(false);
  async function draw() {
    setBusy(true);
    try {
      const replaced = useEditor.getState().document.graph.nodes.length > 0;
      await drawFittingNetwork();
      if (replaced) tellUndo("The network was replaced by one that fits the data.", undo);
    } catch (error) {
      tellError(error, "No network could be made");
    }
    setBusy(false);
  }
  return { busy, draw };
}

/** Shown while the data cannot be prepared, or the drawn network does not fit them. */
export function NetworkBar() {
  const report = useReport();
  const project = useEditor((editor) => editor.project);
  const drawn = useEditor((editor) => editor.document.graph.nodes.length > 0);
  const rereading = useDataset(useEditor((editor) => editor.document.dataset)).data?.rereading;
  const { busy, draw } = useDrawing();
  const first = report?.problems[0];
  if (!first || project === null) return null;
  // Without what the preparation offers, it is the preparation that fails.
  const prepared = first.node !== null || Object.keys(report.inputs).length > 0;
  if (prepared && !drawn) return null; // nothing to fit
  const title = prepared ? "The network does not fit the data" : "The data cannot be prepared";
  return (
    <div className={styles.bar} role="status" aria-label={title}>
      <div>
        <strong>{title}.</strong> {first.message} {prepared ? null : first.hint}
      </div>
      {(first.fix?.reading || first.fix?.recipe) && (
        <Button size="xs" loading={rereading} onClick={() => mend(first)}>
          {first.fix.label}
        </Button>
      )}
      {prepared && (
        <>
          <Button size="xs" loading={busy} onClick={draw}>
            Make a fitting network
          </Button>
          <Link to={stepPath(project, "design")}>Open the design</Link>
        </>
      )}
    </div>
  );
}

/** A remedy of the preparation is done at once; a new reading tells when it has begun. */
function mend(problem: GraphProblem): void {
  fixProblem(problem);
  if (problem.fix?.recipe) tellUndo(`${problem.fix.label}: done.`, undo);
}

/** The network as it stands, always with the offer to make a new one. */
export function NetworkCard() {
  const report = useReport();
  const project = useEditor((editor) => editor.project);
  const nodes = useEditor((editor) => editor.document.graph.nodes.length);
  const { busy, draw } = useDrawing();
  const aimless = useEditor(
    ({ document }) => document.recipe !== null && targets(document.recipe).length === 0,
  );
  if (project === null) return null;
  const fits = report !== null && report.problems.length === 0;
  return (
    <Card title="Network">
      <p className={styles.facts}>
        {nodes === 0
          ? `Nothing is drawn yet.${aimless ? " A fitting network can be made once there is a target." : ""}`
          : `${plural(nodes, "layer")}${report ? `, ${count(report.parameters.total)} parameters` : ""}`}
      </p>
      <div className={styles.row}>
        {(nodes === 0 || fits) && !aimless && (
          <Button size="xs" variant="default" loading={busy} onClick={draw}>
            {nodes === 0 ? "Make a fitting network" : "Start over with a fitting network"}
          </Button>
        )}
        <Link to={stepPath(project, "design")}>Open the design</Link>
      </div>
    </Card>
  );
}
