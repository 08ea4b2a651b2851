/** Uploads that ended before the file was whole: choosing the same file again goes on where they ended. */

import { Button } from "@mantine/core";
import { api } from "../api/client";
import { useUnfinished } from "../api/queries";
import type { UploadRow } from "../api/types";
import { refreshUnfinished, useUploads } from "../stores/uploads";
import { bytes } from "../ui/format";
import { tellError } from "../ui/notify";
import table from "../ui/Table.module.css";
import styles from "./data.module.css";

export function Unfinished() {
  const { data = [] } = useUnfinished();
  const moving = new Set(useUploads((state) => state.uploads).flatMap((upload) => upload.begun));
  const rows = data.filter((row) => !moving.has(row.id));
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="unfinished">
      <h2 id="unfinished" className={styles.heading}>
        Unfinished uploads
      </h2>
      <p className={styles.advice}>
        Choose the same file again, or all that came with it, and the upload goes on where it ended. After a
        day without a byte it is dropped.
      </p>
      <div className={`${table.scroll} ${styles.list}`}>
        <table className={table.table}>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row" className={styles.datasetName}>
                  {row.filename}
                </th>
                <td className={table.number}>
                  {bytes(row.offset)} of {bytes(row.size)}
                </td>
                <td className={styles.datasetActions}>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Discard ${row.filename}`}
                    onClick={() => discard(row)}
                  >
                    Discard
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

async function discard(row: UploadRow): Promise<void> {
  await api
    .remove(`/api/uploads/${row.id}/`, { "Tus-Resumable": "1.0.0" })
    .catch((error) => tellError(error, "It could not be discarded"));
  refreshUnfinished();
}
