/** What one says about a run, edited where it stands and saved by itself. */

import { ActionIcon, Menu, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useRunTable } from "../../api/runs";
import type { Run } from "../../api/types";
import { type Reused, reuse } from "../../stores/reuse";
import { describeRun, useRunNotes } from "../../stores/runNotes";
import { count } from "../../ui/format";
import { tellError } from "../../ui/notify";
import { Link, stepPath } from "../../ui/router";
import { changeWords } from "../changeMarks";
import { Pin } from "../list/Pin";
import styles from "./about.module.css";
import { RunTags } from "./RunTags";

export function About({ run, project }: { run: Run; project: number }) {
  const { data: table } = useRunTable(project);
  return (
    <section className={styles.about} aria-label="About this run">
      <div className={styles.head}>
        <h2>Run {run.number}</h2>
        <Saved run={run.id} />
        <Pin run={run} />
        <Again run={run} />
      </div>
      <Name run={run} />
      {run.origin && <Origin origin={run.origin} project={project} />}
      <RunTags run={run} known={(table?.tags ?? []).map((tag) => tag.name)} />
      <Textarea
        size="xs"
        aria-label="Notes"
        placeholder="Notes: what was tried, what came of it"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={run.notes}
        onChange={(event) => describeRun(run.id, { notes: event.currentTarget.value })}
      />
    </section>
  );
}

/** Where the run was begun from; the other may have been deleted since. */
function Origin({ origin, project }: { origin: NonNullable<Run["origin"]>; project: number }) {
  const otherwise = changeWords(origin.otherwise);
  return (
    <p className={styles.origin}>
      Goes on from <Link to={stepPath(project, "train", { run: origin.run })}>run {origin.number}</Link>,
      epoch {count(origin.epoch)}, step {count(origin.step)}
      {otherwise && `, with ${otherwise}`}
    </p>
  );
}

/** A name is kept once it is one: an empty field goes back to the name before. */
function Name({ run }: { run: Run }) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      size="xs"
      aria-label="Name of the run"
      value={typed ?? run.name}
      maxLength={200}
      onChange={(event) => {
        const name = event.currentTarget.value;
        setTyped(name);
        if (name.trim()) describeRun(run.id, { name: name.trim() });
      }}
      onBlur={() => setTyped(null)}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

function Saved({ run }: { run: number }) {
  const draft = useRunNotes((notes) => notes.drafts[run]);
  const savedAt = useRunNotes((notes) => notes.saved[run]);
  const words = {
    changed: "saving…",
    saving: "saving…",
    offline: "not saved, trying again",
    refused: "not saved",
  };
  return (
    <span className={styles.saved} role="status" data-state={draft?.state} title={draft?.error?.message}>
      {draft ? words[draft.state] : savedAt ? "saved" : ""}
    </span>
  );
}

const OFFERS: [Reused, string][] = [
  ["settings", "Use these settings"],
  ["network", "Use this network"],
  ["everything", "Use all of it again"],
];

/** What the run was trained with, for the project to go on from. */
function Again({ run }: { run: Run }) {
  const take = (what: Reused) =>
    reuse(run, what).catch((error) => tellError(error, "The project stays as it is"));
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={`Reuse run ${run.number}`}
          title="Use again"
        >
          ↺
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {OFFERS.map(([what, label]) => (
          <Menu.Item key={what} onClick={() => take(what)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
