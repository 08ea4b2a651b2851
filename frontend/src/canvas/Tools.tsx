/** Zoom, fit and tidy, at the lower left of the canvas. */

import { useReactFlow, useStore } from "@xyflow/react";
import { useEffect } from "react";
import { changeGraph } from "../stores/editor";
import { moveNodes, NODE } from "../stores/graph/commands";
import { useFit } from "../stores/view";
import { useCommands } from "../ui/commands";
import styles from "./Canvas.module.css";
import { FIT } from "./flow";

export function Tools() {
  const zoom = useStore((state) => Math.round(100 * state.transform[2]));
  const { zoomIn, zoomOut, zoomTo, fitView, getNodes } = useReactFlow();

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
    requestAnimationFrame(() => fitView(FIT));
  }

  const asked = useFit((fit) => fit.asked);
  const ready = useStore((state) => state.nodes.length > 0);
  useEffect(() => {
    if (!asked || !ready) return;
    useFit.setState({ asked: false });
    // One frame to draw it, one to measure it.
    requestAnimationFrame(() => requestAnimationFrame(() => fitView(FIT)));
  }, [asked, ready, fitView]);

  useCommands([
    { id: "tidy", label: "Tidy up", group: "View", keys: "T", run: tidy },
    { id: "fit", label: "Fit the drawing", group: "View", keys: "F", run: () => fitView(FIT) },
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
      <button type="button" onClick={() => fitView(FIT)}>
        Fit
      </button>
      <button type="button" onClick={tidy}>
        Tidy up
      </button>
    </div>
  );
}
