/** Ctrl+K: every command the open page offers, found by name. */

import "@mantine/spotlight/styles.css";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { type ReactNode, useEffect, useState } from "react";
import { useCommandList } from "../ui/commands";
import { Keys } from "../ui/Keys";
import styles from "./CommandPalette.module.css";
import { TAKES_TYPING, takeTyped } from "./typedAhead";

/** Opens as soon as it is there: it is loaded when it is first asked for. */
export default function CommandPalette({ asked }: { asked: number }) {
  useEffect(() => {
    if (asked > 0) spotlight.open();
  }, [asked]);
  const [query, setQuery] = useState("");
  const groups = useCommandList((list) => list.groups);
  const actions = Object.values(groups)
    .flat()
    .filter((command) => !command.hidden)
    .map(({ id, label, group, keys, run }) => ({
      id,
      label,
      group,
      onClick: run,
      rightSection: keys ? (
        <span className={styles.keys}>
          <Keys keys={keys} />
        </span>
      ) : undefined,
    }));
  return (
    <Spotlight
      actions={grouped(actions)}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      highlightQuery
      limit={60}
      scrollable
      classNames={{ actionsGroup: styles.group }}
      maxHeight={420}
      nothingFound="No command has that name"
      searchProps={{
        ...TAKES_TYPING,
        placeholder: "What would you like to do?",
        "aria-label": "Find a command",
        onFocus: () => setQuery((before) => before + takeTyped()),
      }}
    />
  );
}

interface Action {
  id: string;
  label: string;
  group: string;
  onClick: () => void;
  rightSection: ReactNode;
}

function grouped(actions: Action[]): { group: string; actions: Omit<Action, "group">[] }[] {
  const groups = new Map<string, Omit<Action, "group">[]>();
  for (const { group, ...action } of actions) groups.set(group, [...(groups.get(group) ?? []), action]);
  return [...groups].map(([group, list]) => ({ group, actions: list }));
}
