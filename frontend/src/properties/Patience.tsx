/** Says below the patience when it is too long to ever end a run early; that is allowed. */

import { asConfig } from "../api/fields";
import type { Settings } from "../api/types";
import { neverStops } from "../ui/patience";
import styles from "./Form.module.css";

export function Patience({ settings }: { settings: Settings }) {
  const { patience, start_from_epoch: watchedAfter } = asConfig(settings.early_stopping ?? null);
  const said = neverStops(Number(patience), Number(settings.epochs), Number(watchedAfter ?? 0));
  return said ? <p className={styles.hint}>{said}</p> : null;
}
