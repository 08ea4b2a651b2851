/** The line behind which the advanced settings are folded: it names them, so that they are found without unfolding. */

import { UnstyledButton } from "@mantine/core";
import type { Field } from "../api/fields";
import { plural } from "../ui/format";
import { inSentence } from "../ui/measures";
import styles from "./Form.module.css";

interface FoldProps {
  open: boolean;
  fields: Field[];
  /** How many values behind it have to be mended. */
  wrong: number;
  toggle: () => void;
}

export function Fold({ open, fields, wrong, toggle }: FoldProps) {
  const names = fields.map(({ label }) => inSentence(label)).join(", ");
  return (
    <UnstyledButton
      aria-expanded={open}
      onClick={toggle}
      className={styles.fold}
      title={open ? undefined : names}
    >
      <span>{open ? "▾" : "▸"} Advanced</span>
      {!open && wrong > 0 && <span className={styles.wrong}>{plural(wrong, "value")} to mend</span>}
      {!open && <span className={styles.folded}>{names}</span>}
    </UnstyledButton>
  );
}
