/** Zoom, fit and tidy, at the lower left of the canvas. */

import { useReactFlow, useStore } from "@xyflow/react";
import { useCallback, useEffect } from "react";
import { changeGraph } from "../stores/editor";
import { moveNodes, NODE } from "../stores/graph/commands";
import { useFit } from "../stores/view";
import { useCommands } from "../ui/commands";
import styles from "./Canvas.module.css";
import { covers } from "./useReveal";
import { wholeView } from "./wholeView";

export function Tools() {
  const zoom = useStore((state) => Math.round(100 * state.transform[2]));
  const { zoomIn, zoomOut, zoomTo, getNodes, setViewport } = useReactFlow();
  const frame = useStore((state) => state.domNode);

  /** Shows the whole drawing, clear of what lies over the canvas. */
  const fit = useCallback(() => {
    const area = frame?.getBoundingClientRect();
    if (!area) return;
    const boxes = getNodes()
      .filter((node) => !node.parentId)
      .map(({ position, measured }) => ({
        left: position.x,
        top: position.y,
        width: measured?.width ?? NODE.width,
        height: measured?.height ?? NODE.height,
      }));
    if (boxes.length > 0) setViewport(wholeView(boxes, area, covers(frame?.parentElement ?? null, area)));
  }, [frame, getNodes, setViewport]);

  async function tidy() {
    const { tidyPositions } = await import("./layout");
    // An unfolded block takes its place as if it were folded; what stands around it makes room by itself.
    const sizes = new Map(
      getNodes()
        .filter((node) => node.type !== "frame")
        .map((node) => [
          node.id,
          { width: node.measured?.width ?? NODE.width, height: node.measured?.height ?? NODE.height },
        ]),
    );
    changeGraph((graph) => moveNodes(graph, tidyPositions(graph, sizes)));
    requestAnimationFrame(fit);
  }

  const asked = useFit((fit) => fit.asked);
  const ready = useStore((state) => state.nodes.length > 0);
  useEffect(() => {
    if (!asked || !ready) return;
    useFit.setState({ asked: false });
    // One frame to draw it, one to measure it.
    requestAnimationFrame(() => requestAnimationFrame(fit));
  }, [asked, ready, fit]);

  useCommands([
    { id: "tidy", label: "Tidy up", group: "View", keys: "T", run: tidy },
    { id: "fit", label: "Fit the drawing", group: "View", keys: "F", run: fit },
    { id: "zoom-in", label: "Zoom in", group: "View", keys: "+ or =", run: () => zoomIn() },
    { id: "zoom-out", label: "Zoom out", group: "View", keys: "-", run: () => zoomOut() },
  ]);

  return (
    <div className={styles.tools} role="toolbar" aria-label="View of the drawing" data-covers>
      <button type="button" aria-label="Zoom out" onClick={() => zoomOut()}>
        −
      </button>
      <button type="button" aria-label={`Zoom is ${zoom}%. Set to 100%`} onClick={() => zoomTo(1)}>
        {zoom}%
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => zoomIn()}>
        +
      </button>
      <button type="button" onClick={fit}>
        Fit
      </button>
      <button type="button" onClick={tidy}>
        Tidy up
      </button>
    </div>
  );
}
