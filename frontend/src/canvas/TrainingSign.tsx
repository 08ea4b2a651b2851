/** On a node while a run of its project trains: what is off with it, else how strongly it learns or what it gives. */

import { memo } from "react";
import { signWithin, useNodeStates } from "../stores/inside";
import type { LayerRow } from "../stores/layerHistory";
import { decimal, percent } from "../ui/format";
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
  const sign = row && written(row);
  if (!sign) return null;
  return (
    <span className={styles.sign} title={row && words(row)}>
      {sign}
    </span>
  );
});

const short = (value: number) => decimal(Number(value.toPrecision(2)));

/** The size of the gradient; of what has no weights the mean of what it gives, and how far that spreads. */
function written({ gradient, mean, std }: LayerRow): string | null {
  if (isNumber(gradient)) return `∇ ${short(gradient)}`;
  return isNumber(mean) && isNumber(std) ? `${short(mean)} ± ${short(std)}` : null;
}

function words({ gradient, update, mean, std, zeros, dead }: LayerRow): string {
  const parts = [
    isNumber(gradient) && `gradient size ${short(gradient)}`,
    isNumber(update) && `one step moves its weights by ${(100 * update).toPrecision(2)}%`,
    isNumber(mean) && isNumber(std) && `output ${short(mean)} ± ${short(std)} (mean ± spread)`,
    isNumber(zeros) && `${percent(zeros, 0)} zeros`,
    isNumber(dead) && dead > 0 && `${percent(dead, 0)} of its units never fire`,
  ].filter(Boolean);
  const line = parts.join("; ");
  return line.charAt(0).toUpperCase() + line.slice(1);
}

const isNumber = (value: number | null | undefined): value is number => typeof value === "number";
