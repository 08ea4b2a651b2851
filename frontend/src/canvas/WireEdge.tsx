/** A wire; it shows the shape that flows through it while the pointer is on it or it is selected. */

import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { create } from "zustand";
import { useChecking } from "../stores/checking";
import { shape } from "../ui/format";
import styles from "./Canvas.module.css";
import type { Wire } from "./flow";

/** The wire under the pointer, and the one a dragged layer would go into. */
export const useHover = create<{ wire: string | null; drop: string | null }>(() => ({
  wire: null,
  drop: null,
}));

export const WireEdge = memo(function WireEdge(props: EdgeProps<Wire>) {
  const { id, source, target, selected } = props;
  const hovered = useHover((hover) => hover.wire === id);
  const dropping = useHover((hover) => hover.drop === id);
  const bad = useChecking((checking) => checking.byNode.has(target));
  const [path, x, y] = getBezierPath(props);
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={22}
        className={styles.wire}
        data-bad={bad}
        data-active={selected || hovered || dropping}
        data-drop={dropping}
      />
      {(hovered || selected) && <WireLabel source={source} x={x} y={y} />}
    </>
  );
});

function WireLabel({ source, x, y }: { source: string; x: number; y: number }) {
  const report = useChecking((checking) => checking.report?.nodes[source]);
  return (
    <EdgeLabelRenderer>
      <div
        className={styles.label}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        role="note"
      >
        {report ? `${shape(report.shape)} ${report.dtype ?? ""}` : "no shape yet"}
      </div>
    </EdgeLabelRenderer>
  );
}
