/** The runs of the project at the side: found by words, picked for comparing. */

import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { isLive } from "../../api/queries";
import type { RunQuery } from "../../api/runs";
import type { Lead, Run, RunTable } from "../../api/types";
import { stillWords } from "../../stores/best";
import { Pager } from "../../ui/Pager";
import { runLine, shownState } from "../words";
import { figureOf } from "./figures";
import styles from "./list.module.css";
import { Pin } from "./Pin";
import { narrowed } from "./query";
import { removeRun } from "./removal";
import { type Picked, useShown } from "./selection";
import { Tags } from "./Tags";

export interface RunListProps {
  table: RunTable | undefined;
  runs: Run[];
  chosen: number;
  query: RunQuery;
  ask: (changes: Partial<RunQuery>) => void;
  picked: Picked;
  choose: (id: number | null) => void;
}

export function RunList({ table, runs, chosen, query, ask, picked, choose }: RunListProps) {
  const [, show] = useShown();
  const shared = table?.shared ?? null;
  return (
    <nav className={styles.runs} aria-label="Runs">
      <div className={styles.head}>
        <h2>Runs</h2>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => show("runs")}
          title="Every run with its figures"
        >
          Table
        </Button>
      </div>
      <Find q={query.q} find={(q) => ask({ q })} />
      {shared && <p className={styles.named}>{shared.title ?? shared.key}, validation</p>}
      <ul>
        {runs.map((run) => (
          <Item
            key={run.id}
            run={run}
            shared={shared}
            chosen={run.id === chosen}
            picked={picked}
            choose={choose}
          />
        ))}
      </ul>
      {runs.length === 0 && table && (
        <p className={styles.none}>
          {narrowed(query) ? "No run fits." : "No run yet."}{" "}
          {narrowed(query) && (
            <Button size="compact-xs" variant="subtle" onClick={() => ask({ q: "", tags: [], states: [] })}>
              Show all
            </Button>
          )}
        </p>
      )}
      <Pager
        noun="runs"
        offset={query.offset}
        size={query.limit}
        total={table?.total ?? 0}
        onMove={(offset) => ask({ offset })}
      />
      <PickedBar picked={picked} />
    </nav>
  );
}

const PAUSE = 250;

/** Searches a moment after typing pauses. */
export function Find({ q, find }: { q: string; find: (q: string) => void }) {
  const [text, setText] = useState(q);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts a search
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => find(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => setText(q), [q]);
  return (
    <TextInput
      size="xs"
      type="search"
      aria-label="Find runs"
      placeholder="Find by name, tag or note"
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Escape" && setText("")}
    />
  );
}

interface ItemProps {
  run: Run;
  /** The measure in the heading. */
  shared: Lead | null;
  chosen: boolean;
  picked: Picked;
  choose: (id: number | null) => void;
}

function Item({ run, shared, chosen, picked, choose }: ItemProps) {
  return (
    <li className={styles.run} data-chosen={chosen || undefined}>
      <span className={styles.mark}>
        <Pick run={run} picked={picked} />
        <span className={styles.dot} data-state={shownState(run)} />
      </span>
      <button
        type="button"
        className={styles.runButton}
        aria-current={chosen || undefined}
        onClick={() => choose(run.id)}
      >
        <span className={styles.runName} title={`#${run.number} ${run.name}`}>
          {run.pinned && (
            <span className={styles.pinned} role="img" aria-label="Pinned">
              ★
            </span>
          )}
          #{run.number} {run.name}
        </span>
        <Figure run={run} shared={shared} />
        <Lines run={run} />
        <Tags tags={run.tags} />
      </button>
      <span className={styles.tools}>
        <Pin run={run} />
        {!isLive(run) && <Remove run={run} gone={() => chosen && choose(null)} />}
      </span>
    </li>
  );
}

/** Where it stands and its time; of a live run on lines of their own, so that nothing moves while they change. */
function Lines({ run }: { run: Run }) {
  const { state, time } = runLine(run);
  const line = [state, run.best_of && `best of run ${run.best_of.number}`].filter(Boolean).join(" · ");
  const told = { "data-state": shownState(run), "data-live": isLive(run) || undefined };
  return (
    <>
      <small className={styles.state} {...told} data-wide={!time || undefined} title={line}>
        {line}
      </small>
      {time && (
        <small className={styles.time} {...told}>
          {time}
        </small>
      )}
    </>
  );
}

/** A figure bears its own name where it is not what the heading says. */
export function Figure({ run, shared }: { run: Run; shared: Lead | null }) {
  const { name, text, own } = figureOf(run, shared);
  return (
    <span className={styles.figure} title={[name, stillWords(run)].filter(Boolean).join(". ")}>
      {own && <small>{own} </small>}
      {text}
    </span>
  );
}

export function Pick({ run, picked }: { run: Run; picked: Picked }) {
  const chosen = picked.runs.includes(run.id);
  const full = picked.full && !chosen;
  return (
    <input
      type="checkbox"
      className={styles.pick}
      aria-label={`Compare run ${run.number}`}
      title={full ? "At most eight runs can be compared" : "Pick for comparing"}
      checked={chosen}
      disabled={full}
      onChange={() => picked.toggle(run.id)}
    />
  );
}

export const Remove = ({ run, gone }: { run: Run; gone: () => void }) => (
  <ActionIcon
    size="sm"
    variant="subtle"
    color="gray"
    aria-label={`Delete run ${run.number}`}
    title="Delete"
    onClick={() => {
      removeRun(run);
      gone();
    }}
  >
    ✕
  </ActionIcon>
);

/** What can be done with the picked runs. */
export function PickedBar({ picked }: { picked: Picked }) {
  const [shown, show] = useShown();
  const number = picked.runs.length;
  if (number === 0) return null;
  return (
    <section className={styles.picked} aria-label="Picked runs">
      <span>{number === 1 ? "Pick another one to compare" : `${number} runs picked`}</span>
      <span>
        {number > 1 && shown !== "compare" && (
          <Button size="compact-xs" onClick={() => show("compare")}>
            Compare
          </Button>
        )}
        <Button size="compact-xs" variant="subtle" color="gray" onClick={picked.clear}>
          Clear
        </Button>
      </span>
    </section>
  );
}
