/** Where the compared runs differ: settings, network, preparation. */

import { useMemo } from "react";
import { useSettingsSchema } from "../../api/queries";
import type { Comparison, Run } from "../../api/types";
import { Card } from "../../ui/Card";
import { count } from "../../ui/format";
import { Scroll } from "../../ui/Scroll";
import table from "../../ui/Table.module.css";
import { bestEpochText, epochText, figureOf, sharedName, timeText } from "../list/figures";
import { stateWords } from "../words";
import styles from "./compare.module.css";
import { plain, settingWords } from "./settingWords";
import { TOKENS } from "./tokens";

const PARTS = [
  ["settings", "Settings that differ", "The settings of these runs are the same."],
  ["network", "Layers that differ", "The networks of these runs are the same."],
  ["preparation", "Preparation that differs", "The data and their preparation are the same."],
] as const;

export function Differences({ found }: { found: Comparison }) {
  const { data: form } = useSettingsSchema();
  const say = useMemo(() => settingWords(form?.schema), [form]);
  return (
    <>
      <Card title="Results">
        <Rows runs={found.runs} label="Results" rows={results(found)} />
      </Card>
      {PARTS.map(([part, title, same]) => (
        <Card key={part} title={title}>
          {found[part].length === 0 ? (
            <p className={styles.same}>{same}</p>
          ) : (
            <Rows
              runs={found.runs}
              label={title}
              rows={found[part].map(({ place, values }) =>
                part === "settings"
                  ? [say.title(place), values.map((value) => say.value(place, value))]
                  : [place, values.map(plain)],
              )}
            />
          )}
        </Card>
      ))}
    </>
  );
}

/** One row where all share a measure; else each figure under its own name, and no order among them. */
function figures({ runs, shared }: Comparison): [string, string[]] {
  if (shared)
    return [sharedName(shared), runs.map((run) => (run.shared === null ? "—" : figureOf(run, shared).text))];
  const named = runs
    .map((run) => figureOf(run, null))
    .map(({ own, text }) => (own ? `${own} ${text}` : text));
  return ["Validation at the best epoch", named];
}

function results(found: Comparison): [string, string[]][] {
  const { runs } = found;
  return [
    ["State", runs.map(stateWords)],
    figures(found),
    ["Best epoch", runs.map(bestEpochText)],
    ["Epoch", runs.map(epochText)],
    ["Time", runs.map((run) => timeText(run))],
    ["Parameters", runs.map((run) => (run.parameters === null ? "—" : count(run.parameters)))],
  ];
}

interface RowsProps {
  runs: Run[];
  label: string;
  rows: [string, string[]][];
}

function Rows({ runs, label, rows }: RowsProps) {
  return (
    <Scroll label={label} className={table.scroll}>
      <table className={`${table.table} ${styles.differences}`} aria-label={label}>
        <thead>
          <tr>
            <td />
            {runs.map((run, place) => (
              <th key={run.id} scope="col" title={run.name}>
                <span className={styles.swatch} data-token={TOKENS[place]} />#{run.number} {run.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, values]) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              {values.map((value, place) => (
                <td key={runs[place]?.id} title={value}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
