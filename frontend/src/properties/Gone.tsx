/** Settings about what is no longer there. */

import { Button } from "@mantine/core";
import type { Config } from "../api/types";
import styles from "./Form.module.css";

/** Something set for what is no longer in the data: it can only be taken out. */
export function Gone({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <p className={styles.gone}>
      <span>{name} is not in the data.</span>
      <Button size="compact-xs" variant="light" aria-label={`Remove ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </p>
  );
}

export function without(config: Config, name: string): Config {
  const { [name]: _gone, ...rest } = config;
  return rest;
}
