/** The person's data sets, to use again or to delete. */

import { ActionIcon, Button } from "@mantine/core";
import { api } from "../api/client";
import { keys, queryClient, useDatasets } from "../api/queries";
import type { Dataset, ProjectRow } from "../api/types";
import { chooseDataset } from "../stores/dataset";
import { changeDocument, useEditor } from "../stores/editor";
import { removeWithUndo, useRemoving } from "../stores/removing";
import { bytes, plural } from "../ui/format";
import { tellError } from "../ui/notify";
import table from "../ui/Table.module.css";
import styles from "./data.module.css";

export function OwnDatasets({ current }: { current: number | null }) {
  const { data = [] } = useDatasets();
  const removing = useRemoving((state) => state.keys);
  const datasets = data.filter((dataset) => !removing.has(`dataset:${dataset.id}`));
  if (datasets.length === 0) return null;

  async function choose(dataset: Dataset) {
    try {
      await chooseDataset(await api.get<Dataset>(`/api/datasets/${dataset.id}/`));
    } catch (error) {
      tellError(error, "The data set could not be chosen");
    }
  }

  return (
    <section aria-labelledby="own-data">
      <h2 id="own-data" className={styles.heading}>
        Your data sets
      </h2>
      <div className={`${table.scroll} ${styles.list}`}>
        <table className={table.table}>
          <tbody>
            {datasets.map((dataset) => (
              <tr key={dataset.id}>
                <th scope="row" className={styles.datasetName}>
                  {dataset.name}
                  {dataset.version > 1 && <span className={styles.mute}> version {dataset.version}</span>}
                </th>
                <td>{contents(dataset)}</td>
                <td className={table.number}>{dataset.size ? bytes(dataset.size) : ""}</td>
                <td className={styles.datasetActions}>
                  <div>
                    {dataset.id === current && <span className={styles.mute}>In use here</span>}
                    {dataset.id !== current && dataset.state !== "failed" && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Use ${dataset.name}`}
                        onClick={() => choose(dataset)}
                      >
                        Use
                      </Button>
                    )}
                    {(dataset.id !== current || dataset.state === "failed") && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`Delete ${dataset.name}`}
                        title="Delete"
                        onClick={() => remove(dataset, dataset.id === current)}
                      >
                        ✕
                      </ActionIcon>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function contents(dataset: Dataset): string {
  if (dataset.state === "reading") return "Being read";
  if (dataset.state === "failed") return "Could not be read";
  const rows = dataset.rows ?? 0;
  return dataset.kind === "images" ? plural(rows, "picture") : plural(rows, "row");
}

/** Which other projects work with a data set, as far as the list of projects is known here. */
function usedBy(dataset: number): string {
  const { project } = useEditor.getState();
  const rows = queryClient.getQueryData<ProjectRow[]>(keys.projects) ?? [];
  const names = rows.filter((row) => row.dataset === dataset && row.id !== project).map((row) => row.name);
  const last = names.pop();
  if (last === undefined) return "";
  return ` It was used by ${names.length > 0 ? `${names.join(", ")} and ${last}` : last}.`;
}

function remove(dataset: Dataset, current: boolean): void {
  if (current) changeDocument({ dataset: null, recipe: null });
  removeWithUndo({
    key: `dataset:${dataset.id}`,
    message: `${dataset.name} was deleted.${usedBy(dataset.id)}`,
    remove: async () => {
      await api.remove(`/api/datasets/${dataset.id}/`);
      queryClient.invalidateQueries({ queryKey: keys.datasets });
    },
  });
}
