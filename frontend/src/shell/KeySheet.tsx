/** The sheet of keys: every command that has one, by group. */

import { Modal } from "@mantine/core";
import { create } from "zustand";
import { type Command, useCommandList } from "../ui/commands";
import { Keys } from "../ui/Keys";
import styles from "./KeySheet.module.css";

const useSheet = create<{ open: boolean }>(() => ({ open: false }));

export const showKeySheet = () => useSheet.setState({ open: true });

export function KeySheet() {
  const { open } = useSheet();
  const registered = useCommandList((list) => list.groups);
  const groups = new Map<string, Command[]>();
  for (const command of Object.values(registered).flat())
    if (command.keys) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return (
    <Modal opened={open} onClose={() => useSheet.setState({ open: false })} title="Keyboard" size="lg">
      <div className={styles.groups}>
        {[...groups].map(([group, commands]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {commands.map((command) => (
                <div key={command.id}>
                  <dt>{command.label}</dt>
                  <dd>
                    <Keys keys={command.keys ?? ""} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
