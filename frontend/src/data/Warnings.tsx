/** What was left out or looked odd while reading. */

import type { Dataset, Problem, Recipe } from "../api/types";
import { Card } from "../ui/Card";
import { count } from "../ui/format";
import styles from "./data.module.css";
import { holding, unsaid } from "./remarks";

const LISTED = new Set(["rows_rejected", "images_rejected"]);

export function Warnings({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const shown = holding(dataset.warnings, recipe);
  if (shown.length === 0) return null;
  return (
    <Card title={`Remarks (${shown.length})`}>
      <ul className={styles.warnings}>
        {shown.map((problem) => (
          <li key={`${problem.code} ${problem.message}`}>
            {problem.message}
            {problem.hint && <small>{problem.hint}</small>}
            <Names problem={problem} />
            {LISTED.has(problem.code) && (
              <a href={`/api/datasets/${dataset.id}/rejected/`} download>
                Download the list{dataset.rejected > 1 && ` of all ${count(dataset.rejected)}`}
              </a>
            )}
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
