/** A data set that has been read: what is in it, and what the project makes of it. */

import { Button } from "@mantine/core";
import { useState } from "react";
import type { Dataset } from "../api/types";
import { useEditor } from "../stores/editor";
import { bytes, plural } from "../ui/format";
import { Status } from "../ui/slots";
import { Waiting } from "../ui/Waiting";
import { AccountCard } from "./AccountCard";
import { ColumnDrawer } from "./ColumnDrawer";
import { Columns } from "./Columns";
import styles from "./data.module.css";
import { Files } from "./Files";
import { Findings } from "./Findings";
import { Gallery } from "./Gallery";
import { MoreRows } from "./MoreRows";
import { NetworkBar, NetworkCard } from "./Network";
import { PictureCard } from "./PictureCard";
import { Preview } from "./Preview";
import { ReadingCard } from "./ReadingCard";
import { RelationsCard } from "./RelationsCard";
import { SeriesCard } from "./Series";
import { SplitCard } from "./Split";
import { TargetCard } from "./Target";
import { Warnings } from "./Warnings";

export function Ready({ dataset, another }: { dataset: Dataset; another: () => void }) {
  const recipe = useEditor((editor) => editor.document.recipe);
  const [adding, setAdding] = useState(false);
  if (!recipe) return <Waiting label="Taking over the proposed preparation" />;
  const images = dataset.kind === "images";
  const contents = plural(dataset.rows ?? 0, images ? "picture" : "row");
  return (
    <div className={styles.ready}>
      <Status>
        <span>{contents}</span>
        {!images && <span>{plural(dataset.columns.length, "column")}</span>}
      </Status>
      <div className={styles.main}>
        <div className={styles.title}>
          <h1>{dataset.name}</h1>
          <span className={styles.mute}>
            {[
              contents,
              images ? null : plural(dataset.columns.length, "column"),
              dataset.size ? bytes(dataset.size) : null,
              dataset.version > 1 ? `version ${dataset.version}` : null,
              dataset.files.length > 1 ? null : dataset.filename || null,
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
          <div className={styles.titleActions}>
            {!images && !adding && (
              <Button variant="default" size="xs" onClick={() => setAdding(true)}>
                Add rows
              </Button>
            )}
            <Button variant="default" size="xs" onClick={another}>
              Choose another data set
            </Button>
          </div>
        </div>
        {!images && <MoreRows dataset={dataset} open={adding} onClose={() => setAdding(false)} />}
        <NetworkBar />
        {images ? (
          <>
            <Gallery dataset={dataset} recipe={recipe} />
            <AccountCard dataset={dataset.id} recipe={recipe} />
          </>
        ) : (
          <>
            <Preview dataset={dataset} recipe={recipe} />
            <Files dataset={dataset} />
            <ReadingCard dataset={dataset} />
            <Columns dataset={dataset} recipe={recipe} />
            <AccountCard dataset={dataset.id} recipe={recipe} />
            <RelationsCard dataset={dataset} recipe={recipe} />
            <ColumnDrawer dataset={dataset} recipe={recipe} />
          </>
        )}
      </div>
      <aside className={styles.side} aria-label="Preparation">
        <TargetCard dataset={dataset} recipe={recipe} />
        <PictureCard recipe={recipe} />
        <SplitCard dataset={dataset.id} recipe={recipe} columns={dataset.columns} rows={dataset.rows ?? 0} />
        <SeriesCard recipe={recipe} />
        <Findings dataset={dataset.id} recipe={recipe} />
        <NetworkCard />
        <Warnings dataset={dataset} recipe={recipe} />
      </aside>
    </div>
  );
}
