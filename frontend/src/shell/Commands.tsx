/** Ctrl+K: every command the open page offers, found by name. */

import { Spotlight, spotlight } from "@mantine/spotlight";
import { useCommandList, useCommands } from "../ui/commands";
import { Keys } from "../ui/Keys";
import { navigate } from "../ui/router";
import styles from "./Commands.module.css";
import { KeySheet, showKeySheet } from "./KeySheet";

export function Commands() {
  useCommands([
    {
      id: "commands",
      label: "Find a command",
      group: "Everywhere",
      keys: "Ctrl+K",
      inFields: true,
      hidden: true,
      run: spotlight.open,
    },
    { id: "keys", label: "Show the keys", group: "Everywhere", keys: "?", run: showKeySheet },
    { id: "projects", label: "All projects", group: "Everywhere", run: () => navigate("/") },
  ]);
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
    <>
      <Spotlight
        actions={grouped(actions)}
        shortcut={null}
        highlightQuery
        limit={60}
        scrollable
        classNames={{ actionsGroup: styles.group }}
        maxHeight={420}
        nothingFound="No command has that name"
        searchProps={{ placeholder: "What would you like to do?", "aria-label": "Find a command" }}
      />
      <KeySheet />
    </>
  );
}

interface Action {
  id: string;
  label: string;
  group: string;
  onClick: () => void;
  rightSection: React.ReactNode;
}

function grouped(actions: Action[]): { group: string; actions: Omit<Action, "group">[] }[] {
  const groups = new Map<string, Omit<Action, "group">[]>();
  for (const { group, ...action } of actions) groups.set(group, [...(groups.get(group) ?? []), action]);
  return [...groups].map(([group, list]) => ({ group, actions: list }));
}
