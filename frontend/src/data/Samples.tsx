/** The bundled data sets, one click each. */

import { useState } from "react";
import { api } from "../api/client";
import { keys, queryClient, useSamples } from "../api/queries";
import type { Dataset, Sample } from "../api/types";
import { chooseDataset } from "../stores/dataset";
import { count, plural } from "../ui/format";
import { tellError } from "../ui/notify";
import styles from "./data.module.css";

export function Samples() {
  const { data: samples } = useSamples();
  const [busy, setBusy] = useState<string | null>(null);

  async function take(sample: Sample) {
    if (busy) return;
    setBusy(sample.name);
    try {
      const dataset = await api.post<Dataset>("/api/datasets/", { sample: sample.name });
      queryClient.invalidateQueries({ queryKey: keys.datasets, exact: true });
      await chooseDataset(dataset);
    } catch (error) {
      tellError(error, "The sample could not be taken");
    } finally {
      setBusy(null);
    }
  }

  if (!samples?.length) return null;
  return (
    <section aria-labelledby="samples">
      <h2 id="samples" className={styles.heading}>
        Samples
      </h2>
      <div className={styles.cards}>
        {samples.map((sample) => (
          <button
            key={sample.name}
            type="button"
            className={styles.choice}
            aria-busy={busy === sample.name}
            onClick={() => take(sample)}
          >
            <strong>{sample.title}</strong>
            <span>{sample.description}</span>
            <small>{contents(sample)}</small>
          </button>
        ))}
      </div>
    </section>
  );
}

const contents = (sample: Sample) =>
  sample.kind === "images"
    ? plural(sample.rows, "picture")
    : `${count(sample.rows)} rows, ${plural(sample.columns, "column")}`;
