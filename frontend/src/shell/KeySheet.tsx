/** The sheet of keys: every command that has one, by group. */

import { Modal } from "@mantine/core";
import { useState } from "react";
import { type Command, useCommandList } from "../ui/commands";
import { Keys } from "../ui/Keys";
import styles from "./KeySheet.module.css";

/** Over the short messages, which would lie on its close button. */
const ABOVE = 500;

export default function KeySheet({ asked }: { asked: number }) {
  const [closed, setClosed] = useState(0);
  const registered = useCommandList((list) => list.groups);
  const groups = new Map<string, Command[]>();
  for (const command of Object.values(registered).flat())
    if (command.keys) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return (
    <Modal opened={asked > closed} onClose={() => setClosed(asked)} title="Keyboard" size="lg" zIndex={ABOVE}>
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
