/** The model to take away: what is inside, and how to run it. */

import { Button, CopyButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ApiError, refusal } from "../api/client";
import type { Run } from "../api/types";
import { Card } from "../ui/Card";
import { bytes } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import styles from "./use.module.css";

const CONTENTS: [string, string][] = [
  ["model.py", "the network as plain Flax source"],
  ["weights.safetensors", "what it has learned"],
  ["preparation.json", "how raw values become its input"],
  ["predict.py", "predictions from the command line"],
  ["requirements.txt", "the packages it needs"],
  ["graph.json", "the drawing"],
  ["history.csv, metrics.json", "how it was trained"],
  ["README.md", "what it is and how good"],
];

export function BundleCard({ run, images }: { run: Run; images: boolean }) {
  const path = `/api/runs/${run.id}/bundle/`;
  const { data: size, error } = useSize(path);
  const commands = [
    "pip install -r requirements.txt",
    `python predict.py ${images ? "*.png" : "rows.csv"} > predictions.csv`,
  ];
  return (
    <Card title="Take it away" className={styles.bundle}>
      {error ? (
        <ProblemCard
          title="The model cannot be downloaded"
          message={error.message}
          hint={error instanceof ApiError ? error.hint : null}
          code={error instanceof ApiError ? error.code : undefined}
        />
      ) : (
        <Button component="a" href={path} download fullWidth>
          {size ? `Download the model (${bytes(size)})` : "Download the model"}
        </Button>
      )}
      <p>A zip that needs only Python, not Netloom:</p>
      <dl className={styles.contents}>
        {CONTENTS.map(([file, meaning]) => (
          <div key={file}>
            <dt>{file}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>Unpack it, then in its folder:</p>
      <div className={styles.commands}>
        <pre>{commands.join("\n")}</pre>
        <CopyButton value={commands.join("\n")}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </div>
      <p>
        {images
          ? "predictions.csv names the class of each picture, with the probability of every class."
          : "predictions.csv holds your rows with the predictions beside them."}
      </p>
    </Card>
  );
}

/** The size of a download, asked for without downloading it; 0 when the server does not say. */
const useSize = (path: string) =>
  useQuery({
    queryKey: ["size", path],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const response = await fetch(path, { method: "HEAD", signal, credentials: "same-origin" });
      if (!response.ok) throw await refusal(await fetch(path, { signal, credentials: "same-origin" }));
      return Number(response.headers.get("Content-Length") ?? 0);
    },
  });
