/** Where a run differs from the others: the first two of it in the row, the rest on demand. */

import { Popover } from "@mantine/core";
import { useState } from "react";
import type { RunRow } from "../../api/types";
import { plural } from "../../ui/format";
import type { SettingWords } from "../compare/settingWords";
import { type Difference, differencesOf, shortOf } from "./differing";
import styles from "./differing.module.css";

interface DifferingProps {
  run: RunRow;
  say: SettingWords;
  /** The number of the run that layers are told against. */
  against: number | null;
}

export function Differing({ run, say, against }: DifferingProps) {
  const { settings, layers } = differencesOf(run, say);
  const every = [...settings, ...layers];
  const short = shortOf({ settings, layers });
  const rest = every.length - short.length + run.layers.more;
  return (
    <div className={styles.cell}>
      <span className={styles.line} title={short.map(sentence).join("\n") || undefined}>
        {short.map((one, index) => (
          <span key={one.key}>
            {index > 0 && " · "}
            {one.title} <b>{one.value}</b>
          </span>
        ))}
      </span>
      {rest > 0 && <Rest run={run} every={every} more={rest} against={against} />}
    </div>
  );
}

const sentence = ({ title, value }: Difference) => `${title} ${value}`;

interface RestProps {
  run: RunRow;
  every: Difference[];
  more: number;
  against: number | null;
}

function Rest({ run, every, more, against }: RestProps) {
  const [open, setOpen] = useState(false);
  const layers = run.layers.changes.length > 0;
  const label = `Everything in which run ${run.number} differs`;
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={300}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={styles.more}
          aria-expanded={open}
          aria-label={`${label}, ${more} more`}
          title={label}
          onClick={() => setOpen(!open)}
        >
          +{more}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is scrolled by keys as well */}
        <ul className={styles.list} tabIndex={0}>
          {every.map(({ key, title, value }) => (
            <li key={key}>
              {title} <b>{value}</b>
            </li>
          ))}
        </ul>
        {run.layers.more > 0 && (
          <p className={styles.note}>And {plural(run.layers.more, "further layer")}.</p>
        )}
        {layers && (
          <p className={styles.note}>Layers against those of run {against}. Compare the runs to see both.</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
