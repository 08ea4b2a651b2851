/** The Design step: palette, canvas and properties side by side. */

import { ActionIcon, Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import type { ApiError } from "../api/client";
import Canvas from "../canvas";
import Palette from "../palette";
import { PaletteCommands } from "../palette/PaletteCommands";
import Properties from "../properties";
import { useReport } from "../stores/checking";
import { redo, undo, useCanRedo, useCanUndo, useEditor, useLevel } from "../stores/editor";
import { useTrainingOnCanvas } from "../stores/inside";
import { useLost } from "../stores/lost";
import { loadPalette, usePalette } from "../stores/palette";
import { fold, resize, useView } from "../stores/view";
import { useCommands } from "../ui/commands";
import { EmptyPage } from "../ui/EmptyPage";
import { count, plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { useSearch } from "../ui/router";
import { HeaderActions, Status } from "../ui/slots";
import { Waiting } from "../ui/Waiting";
import styles from "./DesignStep.module.css";

const CodePanel = lazy(() => import("../canvas/CodePanel"));

export default function DesignStep() {
  const ready = usePalette((palette) => palette.layers.size > 0);
  const { left, right } = useView();
  const [code, setCode] = useSearch("code");
  const [error, setError] = useState<ApiError | null>(null);
  const toggleCode = () => setCode(code ? null : 1);
  useTrainingOnCanvas(useEditor((editor) => editor.project));

  useEffect(() => {
    loadPalette().catch(setError);
  }, []);
  useCommands([{ id: "code", label: "Show or hide the code", group: "View", keys: "C", run: toggleCode }]);

  if (error) {
    return (
      <EmptyPage
        title="The layers could not be loaded"
        action={<Button onClick={() => window.location.reload()}>Try again</Button>}
      >
        {error.message} {error.hint}
      </EmptyPage>
    );
  }
  if (!ready) return <Waiting label="Loading the layers" />;
  return (
    <div className={styles.design}>
      <HeaderActions>
        <div className={styles.tools}>
          <History />
          <Button variant="default" aria-pressed={code !== null} onClick={toggleCode}>
            Code
          </Button>
        </div>
      </HeaderActions>
      <Facts />
      <PaletteCommands />
      <Panel
        side="left"
        label="the layers"
        {...left}
        onResize={(width) => resize("left", width)}
        onFold={(folded) => fold("left", folded)}
      >
        <Palette />
      </Panel>
      <div className={styles.middle}>
        <div className={styles.canvas}>
          <Canvas />
        </div>
        <Suspense fallback={null}>{code && <CodePanel onClose={toggleCode} />}</Suspense>
      </div>
      <Panel
        side="right"
        label="the properties"
        {...right}
        onResize={(width) => resize("right", width)}
        onFold={(folded) => fold("right", folded)}
      >
        <Properties />
      </Panel>
    </div>
  );
}

function History() {
  const canUndo = useCanUndo();
  const canRedo = useCanRedo();
  return (
    <ActionIcon.Group className={styles.history}>
      <ActionIcon
        variant="default"
        size={34}
        aria-label="Undo"
        title="Undo (Ctrl+Z)"
        disabled={!canUndo}
        onClick={undo}
      >
        ↶
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={34}
        aria-label="Redo"
        title="Redo (Ctrl+Shift+Z)"
        disabled={!canRedo}
        onClick={redo}
      >
        ↷
      </ActionIcon>
    </ActionIcon.Group>
  );
}

function Facts() {
  const nodes = useLevel().nodes.length;
  const lost = useLost().size;
  const report = useReport();
  return (
    <Status>
      <span>
        {plural(nodes, "layer")}
        {lost > 0 && `, ${lost} ${lost === 1 ? "leads" : "lead"} nowhere`}
      </span>
      {report && <span>{count(report.parameters.total)} parameters</span>}
      {report && report.problems.length > 0 && <span>{plural(report.problems.length, "problem")}</span>}
    </Status>
  );
}
