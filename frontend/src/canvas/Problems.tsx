/** What is wrong with the drawing, at the lower right of the canvas; each with its remedy where there is one. */

import { Button } from "@mantine/core";
import { useReactFlow } from "@xyflow/react";
import { useState } from "react";
import type { GraphProblem } from "../api/types";
import { useChecking } from "../stores/checking";
import { fixProblem, showNode } from "../stores/drawing";
import { plural } from "../ui/format";
import styles from "./Problems.module.css";

const SHOWN = 20;

export function Problems() {
  const problems = useChecking((checking) => checking.report?.problems);
  const error = useChecking((checking) => checking.error);
  const [folded, setFolded] = useState(false);
  if (error) {
    return (
      <section className={styles.card} aria-label="Problems" data-covers>
        <strong className={styles.bad}>The drawing could not be checked.</strong>
        <div>
          {error.message} <span className={styles.hint}>{error.hint}</span>
        </div>
      </section>
    );
  }
  if (!problems || problems.length === 0) return null;
  return (
    <section className={styles.card} aria-label="Problems" data-folded={folded} data-covers>
      <button
        type="button"
        className={styles.head}
        aria-expanded={!folded}
        onClick={() => setFolded(!folded)}
      >
        <strong className={styles.bad}>{plural(problems.length, "problem")}</strong>
        <span aria-hidden="true">{folded ? "▴" : "▾"}</span>
      </button>
      {!folded && (
        <ul className={styles.list}>
          {problems.slice(0, SHOWN).map((problem) => (
            <Line key={`${problem.code} ${problem.node} ${problem.message}`} problem={problem} />
          ))}
          {problems.length > SHOWN && <li className={styles.hint}>and {problems.length - SHOWN} more</li>}
        </ul>
      )}
    </section>
  );
}

function Line({ problem }: { problem: GraphProblem }) {
  const { fitView } = useReactFlow();
  const { node, fix } = problem;

  function show() {
    if (!node) return;
    const id = showNode(node);
    // A block that was just entered is drawn first.
    requestAnimationFrame(() => fitView({ nodes: [{ id }], maxZoom: 1, padding: 1, duration: 200 }));
  }

  return (
    <li>
      {node ? (
        <button type="button" className={styles.message} onClick={show}>
          {problem.message}
        </button>
      ) : (
        <span>{problem.message}</span>
      )}
      {problem.hint && !fix && <div className={styles.hint}>{problem.hint}</div>}
      {fix && (
        <div className={styles.remedy}>
          <Button size="compact-sm" variant="light" onClick={() => fixProblem(problem)}>
            {fix.label}
          </Button>
        </div>
      )}
    </li>
  );
}
