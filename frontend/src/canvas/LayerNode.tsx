/** A layer on the canvas: what it is, how it is set, what comes out of it, and what is wrong with it. */

import type { NodeProps } from "@xyflow/react";
import { type CSSProperties, memo } from "react";
import { useChecking } from "../stores/checking";
import { portsWith } from "../stores/graph/ports";
import { summary } from "../stores/graph/summary";
import { useLost } from "../stores/lost";
import { useFamilyIndex, useLayerType, usePalette } from "../stores/palette";
import { FamilySign, familyColour } from "../ui/Family";
import type { LayerNode as LayerNodeType } from "./flow";
import { Handles } from "./Handles";
import styles from "./LayerNode.module.css";
import { fittingName } from "./nodeName";
import { Outcome } from "./Outcome";
import { SharedSign } from "./SharedSign";
import { TrainingSign } from "./TrainingSign";

export const LayerNode = memo(function LayerNode({ id, data, selected }: NodeProps<LayerNodeType>) {
  const { node, key } = data;
  const layer = useLayerType(node.type);
  const family = useFamilyIndex(layer?.family);
  const bad = useChecking((checking) => checking.byNode.has(key));
  const several = useChecking((checking) => checking.report?.nodes[key]?.shapes?.length ?? 0);
  const lost = useLost().has(id);
  const layers = usePalette((palette) => palette.layers);
  const ports = portsWith(layers, node.type, undefined);
  return (
    <div
      className={styles.node}
      style={{ "--hue": familyColour(family) } as CSSProperties}
      data-selected={selected}
      data-bad={bad}
      data-lost={lost}
    >
      <div className={styles.title}>
        <FamilySign index={family} />
        <span className={styles.name} title={layer?.title}>
          {layer?.title ?? node.type}
        </span>
        <span className={styles.id} title={node.id}>
          {fittingName(node.id, layer?.title ?? node.type)}
        </span>
      </div>
      <div className={styles.summary}>
        {node.shares && <SharedSign lender={node.shares} />}
        {summary(layer, node.config) || "\u00a0"}
      </div>
      <Outcome name={key} ports={ports} lost={lost} />
      <TrainingSign name={key} />
      <Handles id={id} ports={ports} inputs={data.inputs} outputs={Math.max(several, data.outputs)} />
    </div>
  );
});
