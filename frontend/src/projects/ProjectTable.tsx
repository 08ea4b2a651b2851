/** The list of projects: open, rename, delete. */

import { ActionIcon, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProjectRow } from "../api/types";
import { ago, plural } from "../ui/format";
import { Link, stepPath } from "../ui/router";
import table from "../ui/Table.module.css";
import { deleteProject, renameProject } from "./actions";
import styles from "./projects.module.css";

export function ProjectTable({ projects }: { projects: ProjectRow[] }) {
  const [renaming, setRenaming] = useState<number | null>(null);
  return (
    <div className={`${table.scroll} ${styles.list}`}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Data</th>
            <th scope="col">State</th>
            <th scope="col" className={table.number}>
              Runs
            </th>
            <th scope="col">Changed</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {projects.map((row) => (
            <tr key={row.id} className={styles.row}>
              <th scope="row" className={styles.name}>
                {renaming === row.id ? (
                  <NameField row={row} done={() => setRenaming(null)} />
                ) : (
                  <Link to={stepPath(row.id, landing(row))} title={row.name}>
                    {row.name}
                  </Link>
                )}
              </th>
              <td className={styles.data} title={row.dataset_name ?? undefined}>
                {row.dataset_name ?? "—"}
              </td>
              <td>{row.state ? <RunState state={row.state} /> : "—"}</td>
              <td className={table.number}>{row.runs}</td>
              <td title={new Date(row.updated).toLocaleString("en-GB")}>{ago(row.updated)}</td>
              <td className={styles.actions}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Rename ${row.name}`}
                  title="Rename"
                  onClick={() => setRenaming(row.id)}
                >
                  ✎
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete ${row.name}`}
                  title={row.runs > 0 ? `Delete, with ${plural(row.runs, "run")}` : "Delete"}
                  onClick={() => deleteProject(row)}
                >
                  ✕
                </ActionIcon>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a project opens: at its curves while it trains, else where the work is. */
function landing(row: ProjectRow): "data" | "design" | "train" {
  if (row.state === "running" || row.state === "queued" || row.state === "paused") return "train";
  return row.dataset === null ? "data" : "design";
}

const words: Record<string, string> = {
  queued: "Waiting",
  running: "Training",
  paused: "Paused",
  finished: "Finished",
  failed: "Failed",
};

const RunState = ({ state }: { state: string }) => (
  <span className={styles.state} data-state={state}>
    {words[state] ?? state}
  </span>
);

function NameField({ row, done }: { row: ProjectRow; done: () => void }) {
  const [name, setName] = useState(row.name);
  const keep = () => {
    done();
    renameProject(row, name);
  };
  return (
    <TextInput
      aria-label={`New name of ${row.name}`}
      size="xs"
      value={name}
      maxLength={200}
      data-autofocus
      ref={(field) => field?.focus()}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
        if (event.key === "Escape") done();
      }}
    />
  );
}
