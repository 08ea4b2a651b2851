/** Several files at once: what will become of them, before they are sent. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import type { Together as Plan } from "../api/types";
import { upload } from "../stores/uploads";
import { Card } from "../ui/Card";
import { bytes, plural } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import table from "../ui/Table.module.css";
import { Waiting } from "../ui/Waiting";
import shared from "./data.module.css";
import styles from "./uploads.module.css";

const PARTS: { [part: string]: string } = {
  train: "Training rows",
  validation: "Validation rows",
  test: "Test rows",
};

export function Together({ files, onDone }: { files: File[]; onDone: () => void }) {
  const names = files.map((file) => file.name);
  const { data: plan, error } = useQuery({
    queryKey: ["together", ...names],
    queryFn: () => api.post<Plan>("/api/datasets/together/", { names }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) {
    const { code, hint } = error as { code?: string; hint?: string };
    return (
      <ProblemCard
        title={`${plural(files.length, "file")} cannot become one data set`}
        message={error.message}
        hint={hint}
        code={code}
      >
        <Button size="xs" variant="default" onClick={onDone}>
          Choose other files
        </Button>
      </ProblemCard>
    );
  }
  if (!plan) return <Waiting label="Looking at the files" />;
  return (
    <Card title={`One data set of ${plural(files.length, "file")}: ${plan.name}`}>
      <p className={shared.facts}>{plan.message}</p>
      <div className={`${table.scroll} ${shared.list}`}>
        <table className={table.table}>
          <tbody>
            {plan.files.map(({ name, part }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: files of two folders may have the same name
              <tr key={place}>
                <th scope="row" className={shared.datasetName}>
                  {name}
                </th>
                <td>{PARTS[part] ?? ""}</td>
                <td className={table.number}>{bytes(files[place]?.size)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.decide}>
        <Button
          size="xs"
          onClick={() => {
            upload(files);
            onDone();
          }}
        >
          Upload {plural(files.length, "file")}
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          Choose other files
        </Button>
      </div>
    </Card>
  );
}
