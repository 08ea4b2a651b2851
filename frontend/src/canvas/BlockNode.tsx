/** A block on the canvas: folded as one node, or unfolded as a frame around its own drawing. */

import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { Block } from "../api/types";
import { useChecking, useProblemsWithin } from "../stores/checking";
import { enter } from "../stores/editor";
import { useFolding } from "../stores/folding";
import { pathOf } from "../stores/graph/levels";
import { portsWith } from "../stores/graph/ports";
import { useLost } from "../stores/lost";
import { type Layers, useFamilyIndex, useLayerType, usePalette } from "../stores/palette";
import { FamilySign } from "../ui/Family";
import { plural } from "../ui/format";
import type { LayerNode as LayerNodeType } from "./flow";
import { Handles } from "./Handles";
import styles from "./LayerNode.module.css";
import { fittingName } from "./nodeName";
import { Outcome } from "./Outcome";
import { SharedSign } from "./SharedSign";
import { TrainingSign } from "./TrainingSign";

/** How many layers a block has, less its ports. */
const layersIn = (layers: Layers, block: Block | undefined) =>
  block?.nodes.filter((node) => !["input", "output"].includes(layers.get(node.type)?.role ?? "")).length ?? 0;

export const BlockNode = memo(function BlockNode(props: NodeProps<LayerNodeType>) {
  const { node, block, key } = props.data;
  const layers = usePalette((palette) => palette.layers);
  const bad = useChecking((checking) => checking.byNode.has(key));
  const within = useProblemsWithin(key);
  const lost = useLost().has(props.id);
  const ports = portsWith(layers, node.type, block);
  const unfolded = props.type === "frame";
  return (
    <div
      className={unfolded ? `${styles.node} ${styles.frame}` : `${styles.node} ${styles.block}`}
      data-selected={props.selected}
      data-bad={bad || within > 0}
      data-lost={lost}
    >
      <Head {...props} />
      {!unfolded && (
        <div className={styles.about}>
          {node.shares ? (
            <SharedSign lender={node.shares} />
          ) : (
            <span>block · {plural(layersIn(layers, block), "layer")}</span>
          )}
          <span className={styles.id} title={node.id}>
            {fittingName(node.id, "block · 10 layers")}
          </span>
        </div>
      )}
      <Outcome name={key} ports={ports} lost={lost} />
      {!unfolded && <TrainingSign name={key} within />}
      <Handles id={props.id} ports={ports} inputs={props.data.inputs} outputs={props.data.outputs} />
    </div>
  );
});

function Head({ type, data }: NodeProps<LayerNodeType>) {
  const { node, block, key } = data;
  const layer = useLayerType(node.type);
  const family = useFamilyIndex(layer?.family);
  const repeat = typeof node.config.repeat === "number" ? node.config.repeat : 1;
  const title = block?.title ?? layer?.title ?? node.type;
  const unfolded = type === "frame";
  return (
    <div className={styles.title}>
      <FamilySign index={family} />
      <span className={styles.name} title={title}>
        {title}
      </span>
      {repeat > 1 && (
        <span className={styles.times} title={`Follows itself ${repeat} times`}>
          ×{repeat}
        </span>
      )}
      <span className={styles.id} title={node.id}>
        {unfolded && node.id}
      </span>
      <span className={styles.folding}>
        <button
          type="button"
          className="nodrag"
          aria-label={unfolded ? `Fold ${node.id}` : `Unfold ${node.id}`}
          title={unfolded ? "Fold" : "Unfold in place"}
          aria-expanded={unfolded}
          onClick={() => useFolding.getState().toggle(key)}
        >
          <Arrow path={unfolded ? "M2 8l4-4 4 4" : "M2 4l4 4 4-4"} />
        </button>
        <button
          type="button"
          className="nodrag"
          aria-label={`Open ${node.id}`}
          title="Open (double click)"
          onClick={() => enter(pathOf(key))}
        >
          <Arrow path="M5 2h5v5M10 2L3 9" />
        </button>
      </span>
    </div>
  );
}

const Arrow = ({ path }: { path: string }) => (
  <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
    <path d={path} strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
  </svg>
);
