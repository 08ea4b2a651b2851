/** A wire; it shows the shape that flows through it while the pointer is on it or it is selected. */

import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { create } from "zustand";
import { useChecking, useFlowing } from "../stores/checking";
import { NODE } from "../stores/graph/commands";
import { keyOf, pathOf } from "../stores/graph/levels";
import { shape } from "../ui/format";
import styles from "./Canvas.module.css";
import type { Wire } from "./flow";

/** A wire to a layer that stands higher, as at the top of the next column, goes around what is between. */
const upwards = ({ sourceX, sourceY, targetX, targetY }: EdgeProps<Wire>) =>
  targetY < sourceY && Math.abs(targetX - sourceX) > NODE.width;

/** The wire under the pointer, and the one a dragged layer would go into. */
export const useHover = create<{ wire: string | null; drop: string | null }>(() => ({
  wire: null,
  drop: null,
}));

export const WireEdge = memo(function WireEdge(props: EdgeProps<Wire>) {
  const { id, data, selected } = props;
  const path = pathOf(data?.at ?? "");
  const hovered = useHover((hover) => hover.wire === id);
  const dropping = useHover((hover) => hover.drop === id);
  const bad = useChecking((checking) => checking.byNode.has(keyOf([...path, data?.edge.target ?? ""])));
  const [line, x, y] = upwards(props)
    ? getSmoothStepPath({ ...props, borderRadius: 16 })
    : getBezierPath(props);
  return (
    <>
      <BaseEdge
        id={id}
        path={line}
        interactionWidth={22}
        className={styles.wire}
        data-bad={bad}
        data-active={selected || hovered || dropping}
        data-drop={dropping}
      />
      {(hovered || selected) && (
        <WireLabel
          from={keyOf([...path, data?.edge.source ?? ""])}
          output={data?.edge.output ?? 0}
          x={x}
          y={y}
        />
      )}
    </>
  );
});

interface WireLabelProps {
  from: string;
  output: number;
  x: number;
  y: number;
}

function WireLabel({ from, output, x, y }: WireLabelProps) {
  const report = useFlowing(from, output);
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
