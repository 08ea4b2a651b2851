/** The Data step: choose a data set, watch it being read, see what is in it, say what it is for. */

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { keys, queryClient, useDataset } from "../api/queries";
import { useEditor } from "../stores/editor";
import { ProblemCard } from "../ui/Problem";
import { Waiting } from "../ui/Waiting";
import { Choose } from "./Choose";
import styles from "./data.module.css";
import { FormProvider, useRecipeForm } from "./form";
import { Failed, Reading } from "./Reading";
import { Ready } from "./Ready";

export default function Data() {
  const id = useEditor((editor) => editor.document.dataset);
  const [choosing, setChoosing] = useState<number | null>(null);
  const { data: dataset, error, refetch } = useDataset(id);
  const { data: form } = useRecipeForm();
  const state = dataset?.state;
  useEffect(() => {
    if (state && state !== "reading") queryClient.invalidateQueries({ queryKey: keys.datasets, exact: true });
  }, [state]);
  const chooser = <Choose current={id} onBack={() => setChoosing(null)} />;
  // Asked to choose another one: until the choice has been made.
  if (id === null || choosing === id) return chooser;
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Choose current={null}>
        <ProblemCard
          title="The data set of this project was deleted"
          message="The project keeps its network and its runs."
          hint="Choose another data set to go on."
          tone="warn"
        />
      </Choose>
    );
  }
  if (error && !dataset) {
    return (
      <div className={styles.narrow}>
        <ProblemCard title="The data set could not be opened" message={error.message}>
          <Button size="xs" variant="default" onClick={() => refetch()}>
            Try again
          </Button>
        </ProblemCard>
      </div>
    );
  }
  if (!dataset) return <Waiting label="Opening the data set" />;
  const another = () => setChoosing(id);
  if (dataset.state === "reading") return <Reading dataset={dataset} another={another} />;
  if (dataset.state === "failed") return <Failed dataset={dataset} />;
  if (!form) return <Waiting label="Opening the data set" />;
  return (
    <FormProvider value={form}>
      <Ready dataset={dataset} another={another} />
    </FormProvider>
  );
}
