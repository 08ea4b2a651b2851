/** Nothing is drawn yet: how to begin, and a network for this data on one click. */

import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { drawFittingNetwork } from "../stores/dataset";
import { useEditor } from "../stores/editor";
import { beginImport } from "../stores/importing";
import { EmptyPage } from "../ui/EmptyPage";
import { tellError } from "../ui/notify";
import styles from "./Canvas.module.css";

export function EmptyCanvas() {
  const dataset = useEditor((editor) => editor.document.dataset);
  const inside = useEditor((editor) => editor.path.length > 0);
  const [busy, setBusy] = useState(false);

  async function begin() {
    setBusy(true);
    try {
      await drawFittingNetwork();
    } catch (error) {
      tellError(error, "No network could be proposed");
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.empty}>
      <EmptyPage
        title={inside ? "Draw the block here" : "Draw your network here"}
        action={
          <Group justify="center" gap={8}>
            {dataset !== null && !inside && (
              <Button onClick={begin} loading={busy}>
                Start with a network for this data
              </Button>
            )}
            {!inside && (
              <Button variant="default" onClick={beginImport}>
                Import a Keras model
              </Button>
            )}
          </Group>
        }
      >
        Drag a layer from the left, or press <kbd>/</kbd>, type its name and press <kbd>Enter</kbd>. Wires run
        from the dot below a layer to the dot above the next.
      </EmptyPage>
    </div>
  );
}
