/** Where data come from: files, a sample, or a data set one already has. */

import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useEditor } from "../stores/editor";
import { upload, useUploads } from "../stores/uploads";
import { DropZone } from "../ui/DropZone";
import { folderName } from "../ui/folders";
import { count } from "../ui/format";
import { tellError } from "../ui/notify";
import { isPackable, type Member, zipOf } from "../ui/zip";
import shared from "./data.module.css";
import { OwnDatasets } from "./OwnDatasets";
import { Samples } from "./Samples";
import { Together } from "./Together";
import { Unfinished } from "./Unfinished";
import { Uploads } from "./Uploads";
import styles from "./uploads.module.css";

export const ACCEPTED =
  ".csv,.tsv,.txt,.data,.test,.gz,.json,.jsonl,.ndjson,.parquet,.xlsx,.xls,.xlsb,.ods,.npz,.npy,.zip";

interface ChooseProps {
  current: number | null;
  onBack?: () => void;
  children?: ReactNode;
}

export function Choose({ current, onBack, children }: ChooseProps) {
  const project = useEditor((editor) => editor.project);
  const uploads = useUploads((state) => state.uploads).filter((one) => one.project === project);
  const [several, setSeveral] = useState<File[]>([]);
  const [packing, setPacking] = useState<string | null>(null);
  const busy = packing !== null || uploads.some((one) => !one.error);
  return (
    <div className={shared.narrow}>
      {uploads.length === 0 && children}
      <section aria-labelledby="choose-data">
        <div className={shared.title}>
          <h1 id="choose-data">Choose a data set</h1>
          {current !== null && onBack && (
            <Button variant="default" size="xs" onClick={onBack}>
              Keep the present one
            </Button>
          )}
        </div>
        <Uploads project={project} />
        {packing !== null && (
          <div className={styles.progress} role="status" aria-label="Packing the folder">
            {packing}
          </div>
        )}
        {!busy && several.length > 0 && <Together files={several} onDone={() => setSeveral([])} />}
        {!busy && several.length === 0 && (
          <DropZone
            button="Upload a file"
            accept={ACCEPTED}
            onFiles={(files) => (files.length > 1 ? setSeveral(files) : upload(files))}
            onFolder={(members) => pack(members, setPacking)}
          >
            or drop it here: a table as CSV (any separator), Excel, Parquet, JSON lines or NumPy; or a folder
            or zip with one folder of PNG or JPEG pictures for each class, or with MNIST-style files. A
            training and a test table may come together.
          </DropZone>
        )}
      </section>
      <Unfinished />
      <Samples />
      <OwnDatasets current={current} />
    </div>
  );
}

/** Makes a zip of a folder, tells how far that is, and sends it. */
async function pack(coming: Promise<Member[]>, tell: (message: string | null) => void): Promise<void> {
  tell("Looking into the folder…");
  try {
    const members = await coming;
    if (members.length === 0 || !isPackable(members)) throw members.length === 0 ? EMPTY : TOO_LARGE;
    const all = count(members.length);
    const packed = await zipOf(`${folderName(members)}.zip`, members, (done) =>
      tell(`Packing the folder: ${count(done)} of ${all} files`),
    );
    upload([packed]);
  } catch (error) {
    tellError(error, "The folder could not be taken");
  }
  tell(null);
}

const EMPTY = new Error("There is no file in it.");
const TOO_LARGE = new Error("It holds more than 65,535 files or 4 GB. Pack it in a zip, and upload that.");
