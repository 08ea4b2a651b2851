/** On a node while a run of its project trains: how strongly it learns, or what is off with it. */

import { memo } from "react";
import { type NodeState, signWithin, useNodeStates } from "../stores/inside";
import { decimal } from "../ui/format";
import styles from "./TrainingSign.module.css";

interface TrainingSignProps {
  name: string;
  /** Whether it stands for all layers inside a block. */
  within?: boolean;
}

export const TrainingSign = memo(function TrainingSign({ name, within = false }: TrainingSignProps) {
  const state = useNodeStates(({ byNode }) => (within ? signWithin(byNode, name) : byNode.get(name)));
  if (!state) return null;
  const { row, remark } = state;
  if (remark) {
    return (
      <span className={styles.sign} data-off="true" title={`${remark.message} ${remark.hint}`}>
        {remark.sign}
      </span>
    );
  }
  if (row?.gradient === undefined) return null;
  return (
    <span className={styles.sign} title={words(state)}>
      ∇ {short(row.gradient)}
    </span>
  );
});

const short = (value: number) => decimal(Number(value.toPrecision(2)));

function words({ row }: NodeState): string {
  const update =
    row?.update === undefined ? "" : `; one step moves its weights by ${(100 * row.update).toPrecision(2)}%`;
  return `Gradient size ${row?.gradient === undefined ? "" : short(row.gradient)}${update}`;
}
