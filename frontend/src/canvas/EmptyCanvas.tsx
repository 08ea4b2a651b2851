/** Nothing is drawn yet: how to begin, and a network for this data on one click. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { api } from "../api/client";
import type { Graph } from "../api/types";
import { changeDocument, useEditor } from "../stores/editor";
import { EmptyPage } from "../ui/EmptyPage";
import { tellError } from "../ui/notify";
import styles from "./Canvas.module.css";

export function EmptyCanvas() {
  const dataset = useEditor((editor) => editor.document.dataset);
  const recipe = useEditor((editor) => editor.document.recipe);
  const [busy, setBusy] = useState(false);

  async function begin() {
    setBusy(true);
    try {
      const { graph } = await api.post<{ graph: Graph }>("/api/starter/", { dataset, recipe });
      changeDocument({ graph });
    } catch (error) {
      tellError(error, "No network could be proposed");
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.empty}>
      <EmptyPage
        title="Draw your network here"
        action={
          dataset !== null && (
            <Button onClick={begin} loading={busy}>
              Start with a network for this data
            </Button>
          )
        }
      >
        Drag a layer from the left, or press <kbd>/</kbd>, type its name and press <kbd>Enter</kbd>. Wires run
        from the dot below a layer to the dot above the next.
      </EmptyPage>
    </div>
  );
}
