/** What was left out or looked odd while reading. */

import type { Json, Problem } from "../api/types";
import { Card } from "../ui/Card";
import styles from "./data.module.css";

export function Warnings({ problems }: { problems: Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <Card title={`Remarks (${problems.length})`}>
      <ul className={styles.warnings}>
        {problems.map((problem) => (
          <li key={`${problem.code} ${problem.message}`}>
            {problem.message}
            {problem.hint && <small>{problem.hint}</small>}
            <Names where={problem.where} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Lists in `where` name what the remark is about: rejected files, rows… */
function Names({ where = {} }: { where: Problem["where"] }) {
  const lists = Object.entries(where).filter((entry): entry is [string, Json[]] => Array.isArray(entry[1]));
  return lists.map(([name, values]) => (
    <details key={name}>
      <summary>Which ones</summary>
      <code>{values.map(named).join(", ")}</code>
    </details>
  ));
}

/** A line by its number; a file by its name, with what is wrong with it. */
function named(value: Json): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return String(value);
  return `${value.name} (${value.reason})`;
}
