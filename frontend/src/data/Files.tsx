/** The files of a data set that came in several: how many rows each one gave. */

import type { Dataset } from "../api/types";
import { Card } from "../ui/Card";
import { bytes, plural } from "../ui/format";
import table from "../ui/Table.module.css";
import styles from "./data.module.css";

export function Files({ dataset: { files } }: { dataset: Dataset }) {
  if (files.length < 2) return null;
  const appended = files.filter((file) => file.appended).length;
  return (
    <Card
      title="Files"
      aside={
        <span className={styles.mute}>
          {plural(files.length, "file")}
          {appended > 0 && `, ${appended} added later`}
        </span>
      }
    >
      <div className={`${table.scroll} ${styles.list}`}>
        <table className={table.table}>
          <tbody>
            {files.map(({ name, rows, size, sha256, appended }) => (
              <tr key={`${name} ${sha256}`}>
                <th scope="row" className={styles.datasetName}>
                  {name}
                </th>
                <td>{appended ? "Added rows" : ""}</td>
                <td className={table.number}>{rows == null ? "" : plural(rows, "row")}</td>
                <td className={table.number}>{bytes(size)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
