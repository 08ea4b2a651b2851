/** Every run with its figures: sorted, narrowed down, picked. */

import { Button, MultiSelect, Select } from "@mantine/core";
import { useMemo } from "react";
import { isLive, useSettingsSchema } from "../../api/queries";
import type { RunOrder, RunQuery } from "../../api/runs";
import type { Lead, RunRow, RunState, RunTable } from "../../api/types";
import { ago, count, decimal, plural } from "../../ui/format";
import { inSentence } from "../../ui/measures";
import { Pager } from "../../ui/Pager";
import { Link, stepPath } from "../../ui/router";
import table from "../../ui/Table.module.css";
import { words } from "../../ui/words";
import { type SettingWords, settingWords } from "../compare/settingWords";
import { shownState, stateWords } from "../words";
import { Differing } from "./Differing";
import { bestEpochText, epochText, timeText } from "./figures";
import styles from "./list.module.css";
import { Pin } from "./Pin";
import { narrowed, STATES } from "./query";
import { Figure, Find, Pick, PickedBar, Remove, type RunListProps } from "./RunList";
import { useShown } from "./selection";
import { Tags } from "./Tags";

type PageProps = Omit<RunListProps, "runs" | "choose"> & { project: number; runs: RunRow[] };

export function RunTablePage({ project, table: found, runs, query, ask, picked, chosen }: PageProps) {
  const [, show] = useShown();
  const { data: form } = useSettingsSchema();
  const say = useMemo(() => settingWords(form?.schema), [form]);
  const shared = found?.shared ?? null;
  return (
    <div className={styles.page}>
      <div className={styles.filters}>
        <h1>Runs</h1>
        <Find q={query.q} find={(q) => ask({ q })} />
        <Filters found={found} query={query} ask={ask} />
        <span className={styles.count} role="status">
          {found &&
            (narrowed(query) ? `${count(found.total)} of ${count(found.all)}` : plural(found.all, "run"))}
        </span>
        {narrowed(query) && (
          <Button size="compact-xs" variant="subtle" onClick={() => ask({ q: "", tags: [], states: [] })}>
            Show all
          </Button>
        )}
        <Button size="xs" variant="default" ml="auto" onClick={() => show("run")}>
          Close the table
        </Button>
      </div>
      <div className={styles.box}>
        <div className={table.scroll}>
          <table className={table.table} aria-label="Runs">
            <Head shared={shared} query={query} ask={ask} />
            <tbody>
              {runs.map((run) => (
                <Row
                  key={run.id}
                  project={project}
                  run={run}
                  shared={shared}
                  against={found?.against ?? null}
                  say={say}
                  chosen={run.id === chosen}
                  picked={picked}
                />
              ))}
            </tbody>
          </table>
        </div>
        <Pager
          noun="runs"
          offset={query.offset}
          size={query.limit}
          total={found?.total ?? 0}
          onMove={(offset) => ask({ offset })}
        />
        <PickedBar picked={picked} />
      </div>
    </div>
  );
}

interface FiltersProps {
  found: RunTable | undefined;
  query: RunQuery;
  ask: (changes: Partial<RunQuery>) => void;
}

function Filters({ found, query, ask }: FiltersProps) {
  const names = new Set([...(found?.tags ?? []).map((tag) => tag.name), ...query.tags]);
  return (
    <>
      {names.size > 0 && (
        <MultiSelect
          size="xs"
          aria-label="Tags"
          placeholder={query.tags.length ? undefined : "Tags"}
          data={[...names]}
          value={query.tags}
          searchable
          clearable
          onChange={(tags) => ask({ tags })}
        />
      )}
      <MultiSelect
        size="xs"
        aria-label="States"
        placeholder={query.states.length ? undefined : "States"}
        data={STATES.map((state) => ({ value: state, label: words(state) }))}
        value={query.states}
        clearable
        onChange={(states) => ask({ states: states as RunState[] })}
      />
      {found && found.measures.length > 1 && (
        <Select
          size="xs"
          aria-label="Metric shown"
          title="The metric that the table shows, at the best epoch of each run"
          data={found.measures.map((one) => ({ value: one.key, label: measureName(one) }))}
          value={found.shared?.key ?? null}
          allowDeselect={false}
          onChange={(measure) => ask({ measure })}
        />
      )}
    </>
  );
}

const measureName = ({ title, key }: Lead) => `Validation ${inSentence(title ?? key)}`;

interface Column {
  order: RunOrder | null;
  title: string;
  number?: boolean;
  /** Whether the first click shows the largest first. */
  largest?: boolean;
}

function columns(shared: Lead | null): Column[] {
  const lead = shared ? measureName(shared) : "Best metric";
  const lower = shared?.better === "lower";
  return [
    { order: "number", title: "#", number: true, largest: true },
    { order: "name", title: "Name" },
    { order: "state", title: "State" },
    { order: shared ? "best" : null, title: lead, number: true, largest: !lower },
    { order: "best_epoch", title: "Best epoch", number: true, largest: true },
    { order: "epoch", title: "Epoch", number: true, largest: true },
    { order: "seconds", title: "Time", number: true },
    { order: "parameters", title: "Parameters", number: true },
    { order: "learning_rate", title: "Learning rate", number: true },
    { order: null, title: "Differs in" },
    { order: null, title: "Created" },
  ];
}

function Head({ shared, query, ask }: { shared: Lead | null; query: RunQuery; ask: FiltersProps["ask"] }) {
  return (
    <thead>
      <tr>
        <td />
        {columns(shared).map(({ order, title, number, largest = false }) => {
          const sorted = order !== null && order === query.sort;
          const turn = { sort: order ?? query.sort, descending: sorted ? !query.descending : largest };
          return (
            <th
              key={title}
              scope="col"
              className={number ? table.number : undefined}
              aria-sort={sorted ? (query.descending ? "descending" : "ascending") : undefined}
            >
              {order === null ? (
                title
              ) : (
                <button type="button" className={styles.sort} onClick={() => ask(turn)}>
                  {title}
                  {sorted && <span aria-hidden="true">{query.descending ? " ↓" : " ↑"}</span>}
                </button>
              )}
            </th>
          );
        })}
        <td />
      </tr>
    </thead>
  );
}

interface RowProps {
  project: number;
  run: RunRow;
  shared: Lead | null;
  /** The number of the run that layers are told against. */
  against: number | null;
  say: SettingWords;
  chosen: boolean;
  picked: PageProps["picked"];
}

function Row({ project, run, shared, against, say, chosen, picked }: RowProps) {
  const line = stateWords(run);
  return (
    <tr className={styles.row} data-chosen={chosen || undefined}>
      <td>
        <span className={styles.picks}>
          <Pick run={run} picked={picked} />
          <Pin run={run} />
        </span>
      </td>
      <td className={table.number}>{run.number}</td>
      <th scope="row" className={styles.nameCell}>
        <div>
          <span className={styles.dot} data-state={shownState(run)} />
          <Link to={stepPath(project, "train", { run: run.id })} title={run.notes || run.name}>
            {run.name}
          </Link>
          <Tags tags={run.tags} />
        </div>
      </th>
      <td className={styles.stateCell} data-state={shownState(run)} title={line}>
        {line}
      </td>
      <td className={table.number}>
        <Figure run={run} shared={shared} />
      </td>
      <td className={table.number}>{bestEpochText(run)}</td>
      <td className={table.number}>{epochText(run)}</td>
      <td className={table.number}>{timeText(run)}</td>
      <td className={table.number}>{run.parameters === null ? "—" : count(run.parameters)}</td>
      <td className={table.number} title={run.changed_rate === null ? undefined : "Changed while it trained"}>
        {decimal(run.learning_rate)}
        {run.changed_rate !== null && ` → ${decimal(run.changed_rate)}`}
      </td>
      <td>
        <Differing run={run} say={say} against={against} />
      </td>
      <td title={new Date(run.created).toLocaleString("en-GB")}>{ago(run.created)}</td>
      <td>{!isLive(run) && <Remove run={run} gone={() => {}} />}</td>
    </tr>
  );
}
