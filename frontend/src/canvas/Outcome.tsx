/** The lower edge of a node: what is wrong with it, or what comes out of it. */

import { useChecking, useFlowing, useProblemsWithin } from "../stores/checking";
import type { Ports } from "../stores/graph/ports";
import { count, plural, shape } from "../ui/format";
import styles from "./LayerNode.module.css";

interface OutcomeProps {
  name: string;
  ports: Ports | undefined;
  lost: boolean;
}

export function Outcome({ name, ports, lost }: OutcomeProps) {
  const report = useChecking((checking) => checking.report?.nodes[name]);
  const problem = useChecking((checking) => checking.byNode.get(name)?.[0]);
  const within = useProblemsWithin(name);
  const first = useFlowing(name);
  if (problem) {
    return (
      <div className={styles.problem} title={problem.message}>
        <div className={styles.clamped}>{problem.message}</div>
      </div>
    );
  }
  if (within > 0) return <div className={styles.problem}>{plural(within, "problem")} inside</div>;
  const counted = report && ports?.max !== 0 && ports?.outputs !== 0;
  if (report?.shapes) {
    return (
      <div className={styles.outputs}>
        {report.shapes.map((axes, output) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an output is its number
          <span key={output} title={`${outputName(ports, output)}: ${shape(axes)}`}>
            <small>{outputName(ports, output)}</small>
            {shape(axes)}
          </span>
        ))}
      </div>
    );
  }
  return (
    <div className={styles.result}>
      <span>{first ? shape(first.shape) : "…"}</span>
      {lost ? (
        <span className={styles.remark}>leads nowhere</span>
      ) : (
        <span>{counted ? count(report.parameters) : ""}</span>
      )}
    </div>
  );
}

export const outputName = (ports: Ports | undefined, output: number) =>
  ports?.outputNames[output] ?? `output ${output + 1}`;
