/** What the guard finds: how it shows, why it matters, and a click that mends it. */

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { same } from "../api/fields";
import { type Finding, useFindings } from "../api/findings";
import { useDataset } from "../api/queries";
import type { Recipe } from "../api/types";
import { changeRecipe, readOtherwise } from "../stores/dataset";
import { changeSettings, undo, useEditor } from "../stores/editor";
import { isObject, merged } from "../stores/merge";
import { mended } from "../stores/rereading";
import { Card } from "../ui/Card";
import { tellUndo } from "../ui/notify";
import styles from "./Findings.module.css";

const LEVELS = { serious: "Serious", warning: "Warning", note: "Note" } as const;

export function Findings({ dataset, recipe }: { dataset: number; recipe: Recipe }) {
  const [settled] = useDebouncedValue(recipe, 400);
  const { data, error, isFetching } = useFindings(dataset, settled);
  const aside = isFetching ? <span className={styles.state}>Looking …</span> : null;
  if (error && !data) return null; // the recipe does not fit; the bar above says why
  if (!data) return <Card title="Findings">{aside}</Card>;
  return (
    <Card title={data.length ? `Findings (${data.length})` : "Findings"} aside={aside}>
      {data.length === 0 && <p className={styles.state}>{nothing(recipe)}</p>}
      <ul className={styles.list} aria-label="Findings">
        {data.map((finding) => (
          <Item
            key={`${finding.code} ${finding.columns.join()} ${finding.message}`}
            {...{ dataset, finding, recipe }}
          />
        ))}
      </ul>
    </Card>
  );
}

/** Most of what can be wrong has to do with what is predicted: without that little was looked at. */
const nothing = ({ columns }: Recipe) =>
  Object.values(columns).some(({ role }) => role === "target")
    ? "Nothing suspicious was found in these data."
    : "Most checks need a target and were not made: these data have none yet.";

function Item({ dataset, finding, recipe }: { dataset: number; finding: Finding; recipe: Recipe }) {
  const { mend } = finding;
  const [sending, setSending] = useState(false);
  const rereading = useDataset(dataset).data?.rereading ?? false;
  const another = mend !== null && Object.keys(mend.reading).length > 0;
  const settings = useEditor((editor) => editor.document.settings);
  const trained = mend === null ? settings : merged(settings, mend.settings);
  const otherwise = !same(trained, settings);
  const open = mend !== null && (otherwise || Object.keys(mend.settings).length === 0);

  async function apply({ label, patch, reading }: NonNullable<Finding["mend"]>) {
    if (!another) {
      if (otherwise && isObject(trained)) changeSettings(trained);
      else changeRecipe(mended(recipe, patch));
      tellUndo(`${label}: done.`, undo);
      return;
    }
    setSending(true);
    await readOtherwise(dataset, reading);
    setSending(false);
  }

  return (
    <li data-level={finding.level}>
      <strong>{LEVELS[finding.level]}</strong>
      <p>{finding.message}</p>
      <p className={styles.evidence}>{finding.evidence}</p>
      <div className={styles.actions}>
        {mend && open && (
          <Button
            size="compact-xs"
            variant="light"
            loading={another && (sending || rereading)}
            onClick={() => apply(mend)}
          >
            {mend.label}
          </Button>
        )}
        <a href={finding.help} target="_blank" rel="noreferrer">
          What this means
        </a>
      </div>
    </li>
  );
}
