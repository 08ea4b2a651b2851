/** What was left out or looked odd while reading. */

import type { Problem, Recipe } from "../api/types";
import { Card } from "../ui/Card";
import styles from "./data.module.css";
import { holding, unsaid } from "./remarks";

export function Warnings({ problems, recipe }: { problems: Problem[]; recipe: Recipe }) {
  const shown = holding(problems, recipe);
  if (shown.length === 0) return null;
  return (
    <Card title={`Remarks (${shown.length})`}>
      <ul className={styles.warnings}>
        {shown.map((problem) => (
          <li key={`${problem.code} ${problem.message}`}>
            {problem.message}
            {problem.hint && <small>{problem.hint}</small>}
            <Names problem={problem} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The rejected files or lines that the message itself does not name. */
function Names({ problem }: { problem: Problem }) {
  const names = unsaid(problem);
  if (names.length === 0) return null;
  return (
    <details>
      <summary>Which ones</summary>
      <code>{names.join(", ")}</code>
    </details>
  );
}
