/** The dots wires are drawn from and to: one per input above, one per output below. */

import { Handle, Position, useUpdateNodeInternals } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Ports } from "../stores/graph/ports";
import styles from "./LayerNode.module.css";

interface HandlesProps {
  id: string;
  ports: Ports | undefined;
  /** How many are in use, so that no wire ends in nothing. */
  inputs: number;
  outputs: number;
}

/** How many dots a node has above and below. */
export function dotsOf(ports: Ports | undefined, inputs: number, outputs: number) {
  const { min, max } = ports ?? { min: 1, max: 1 };
  const asked = max === null ? Math.max(2, inputs + 1) : Math.min(max, Math.max(min, inputs + 1));
  const above = max === 0 ? 0 : Math.max(asked, inputs);
  return { above, below: ports?.outputs === 0 ? 0 : Math.max(ports?.outputs ?? 1, outputs) };
}

export function Handles({ id, ports, inputs, outputs }: HandlesProps) {
  const { above, below } = dotsOf(ports, inputs, outputs);
  const update = useUpdateNodeInternals();
  const dots = `${above} ${below}`;
  const measured = useRef(dots);
  // React Flow looks for dots when a node is new or changes its size, but not when only their number changes.
  useEffect(() => {
    if (measured.current !== dots) update(id);
    measured.current = dots;
  }, [id, dots, update]);
  return (
    <>
      {Array.from({ length: above }, (_, port) => (
        <Handle
          // biome-ignore lint/suspicious/noArrayIndexKey: a port is its number
          key={port}
          id={String(port)}
          type="target"
          position={Position.Top}
          className={styles.handle}
          title={ports?.inputNames[port]}
          style={{ left: placed(port, above) }}
        />
      ))}
      {Array.from({ length: below }, (_, output) => (
        <Handle
          // biome-ignore lint/suspicious/noArrayIndexKey: so is an output
          key={output}
          id={String(output)}
          type="source"
          position={Position.Bottom}
          className={styles.handle}
          title={below > 1 ? (ports?.outputNames[output] ?? `Output ${output + 1}`) : undefined}
          style={{ left: below > 1 ? spread(output, below) : "50%" }}
        />
      ))}
    </>
  );
}

const placed = (port: number, count: number) => `${(100 * (port + 1)) / (count + 1)}%`;
/** Outputs stand in the middle of their columns, in which their shapes are written. */
const spread = (output: number, count: number) => `${(100 * (output + 0.5)) / count}%`;
