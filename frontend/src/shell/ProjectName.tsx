/** Projects / name, saved 2 s ago. The name is edited in place. */

import { useEffect, useRef, useState } from "react";
import { changeDocument, useEditor } from "../stores/editor";
import { type SaveState, useSaving } from "../stores/saving";
import { useCommands } from "../ui/commands";
import { ago } from "../ui/format";
import { Link } from "../ui/router";
import { setPlace } from "../ui/title";
import styles from "./Shell.module.css";

const AFTER_LIST = 300;

export function ProjectName() {
  const name = useEditor((editor) => editor.document.name);
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);

  useCommands([
    {
      id: "rename-project",
      label: "Rename the project",
      group: "Everywhere",
      // Later than the list of commands gives the focus back.
      run: () => setTimeout(() => setDraft(name), AFTER_LIST),
    },
  ]);

  function commit() {
    const next = draft?.trim();
    if (next && next !== name) changeDocument({ name: next });
    setDraft(null);
  }

  useEffect(() => {
    setPlace(name);
    return () => setPlace("");
  }, [name]);

  return (
    <div className={styles.crumb}>
      <span className={styles.all}>
        <Link to="/">Projects</Link> <span aria-hidden="true">/</span>
      </span>
      {draft === null ? (
        <button
          type="button"
          className={styles.name}
          aria-label={`Project name: ${name}. Rename`}
          title={name}
          onClick={() => setDraft(name)}
        >
          {name}
        </button>
      ) : (
        <input
          ref={field}
          className={styles.name}
          aria-label="Project name"
          maxLength={120}
          // biome-ignore lint/a11y/noAutofocus: the person just asked to edit this field
          autoFocus
          value={draft}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
            if (event.key === "Escape") setDraft(null);
          }}
        />
      )}
      <SaveNote />
    </div>
  );
}

const notes: Record<Exclude<SaveState, "saved">, string> = {
  changed: "saving…",
  saving: "saving…",
  offline: "not saved, trying again",
  conflict: "not saved: changed elsewhere",
  refused: "not saved",
};

function SaveNote() {
  const { state, savedAt, error } = useSaving();
  useTick(5_000);
  const text = state === "saved" ? (savedAt ? `saved ${ago(savedAt)}` : "saved") : notes[state];
  return (
    <span
      className={styles.saved}
      role="status"
      aria-label="Save state"
      data-bad={["offline", "conflict", "refused"].includes(state) || undefined}
      title={error?.message ?? text}
    >
      {text}
    </span>
  );
}

function useTick(interval: number): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), interval);
    return () => clearInterval(timer);
  }, [interval]);
}
