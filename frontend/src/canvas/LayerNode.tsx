/** A layer on the canvas: what it is, how it is set, what comes out of it, and what is wrong with it. */

import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useChecking } from "../stores/checking";
import { summary } from "../stores/graph/summary";
import { takesMany } from "../stores/graph/wires";
import { useLost } from "../stores/lost";
import { useFamilyIndex, useLayerType } from "../stores/palette";
import { FamilySign } from "../ui/Family";
import { count, shape } from "../ui/format";
import type { LayerNode as LayerNodeType } from "./flow";
import styles from "./LayerNode.module.css";
import { fittingName } from "./nodeName";

export const LayerNode = memo(function LayerNode({ id, data, selected }: NodeProps<LayerNodeType>) {
  const { node, ports } = data;
  const layer = useLayerType(node.type);
  const family = useFamilyIndex(layer?.family);
  const report = useChecking((checking) => checking.report?.nodes[id]);
  const problem = useChecking((checking) => checking.byNode.get(id)?.[0]);
  const lost = useLost().has(id);
  const inputs = layer?.inputs.max === 0 ? 0 : takesMany(layer) ? Math.max(2, ports + 1) : 1;
  const open = layer?.inputs.max === null ? inputs : Math.min(inputs, layer?.inputs.max ?? inputs);
  return (
    <div className={styles.node} data-selected={selected} data-bad={problem !== undefined} data-lost={lost}>
      {Array.from({ length: open }, (_, port) => (
        <Handle
          // biome-ignore lint/suspicious/noArrayIndexKey: a port is its number
          key={port}
          id={String(port)}
          type="target"
          position={Position.Top}
          className={styles.handle}
          style={{ left: `${(100 * (port + 1)) / (open + 1)}%` }}
        />
      ))}
      <div className={styles.title}>
        <FamilySign index={family} />
        <span className={styles.name} title={layer?.title}>
          {layer?.title ?? node.type}
        </span>
        <span className={styles.id} title={id}>
          {fittingName(id, layer?.title ?? node.type)}
        </span>
      </div>
      <div className={styles.summary}>{summary(layer, node.config) || "\u00a0"}</div>
      {problem ? (
        <div className={styles.problem} title={problem.message}>
          <div className={styles.clamped}>{problem.message}</div>
        </div>
      ) : (
        <div className={styles.result}>
          <span>{report ? shape(report.shape) : "…"}</span>
          {lost ? (
            <span className={styles.remark}>leads nowhere</span>
          ) : (
            <span>
              {report && layer?.inputs.max !== 0 && layer?.outputs !== 0 ? count(report.parameters) : ""}
            </span>
          )}
        </div>
      )}
      {layer?.outputs !== 0 && <Handle type="source" position={Position.Bottom} className={styles.handle} />}
    </div>
  );
});
