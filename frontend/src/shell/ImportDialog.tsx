/** A Keras model by file or paste: what was understood is shown before anything is drawn. */

import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "../api/client";
import type { Graph } from "../api/types";
import { createProject } from "../projects/actions";
import { changeDocument, enter, useEditor } from "../stores/editor";
import { endImport, type Imported, readKeras, useImporting } from "../stores/importing";
import { askForFit } from "../stores/view";
import { DropZone } from "../ui/DropZone";
import { count, plural } from "../ui/format";
import { tellError, tellUndo } from "../ui/notify";
import { ProblemCard } from "../ui/Problem";
import { navigate, stepPath } from "../ui/router";
import styles from "./ImportDialog.module.css";

const CLOSE = { "aria-label": "Close" };

export default function ImportDialog() {
  const { open } = useImporting();
  const [found, setFound] = useState<Imported | null>(null);

  function close() {
    setFound(null);
    endImport();
  }

  return (
    <Modal opened={open} onClose={close} title="Import a Keras model" size="lg" closeButtonProps={CLOSE}>
      {found ? (
        <Found found={found} again={() => setFound(null)} close={close} />
      ) : (
        <Ask onFound={setFound} />
      )}
    </Modal>
  );
}

function Ask({ onFound }: { onFound: (found: Imported) => void }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  async function read(model: string) {
    setBusy(true);
    setError(null);
    try {
      onFound(await readKeras(model));
    } catch (failure) {
      if (failure instanceof ApiError) setError(failure);
      else throw failure;
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.stack}>
      <DropZone
        button="Choose a file"
        accept=".json,application/json"
        onFile={async (file) => read(await file.text())}
      >
        Drop the JSON of a model here: what <code>model.to_json()</code> writes in Keras 1, 2 or 3. Only the
        layers are read; nothing in the file is ever run, and weights are not part of it.
      </DropZone>
      <Textarea
        label="Or paste it"
        rows={5}
        value={text}
        spellCheck={false}
        classNames={{ input: styles.code }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error && <ProblemCard message={error.message} hint={error.hint} code={error.code} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={endImport}>
          Cancel
        </Button>
        <Button disabled={!text.trim()} loading={busy} onClick={() => read(text)}>
          Read the model
        </Button>
      </Group>
    </div>
  );
}

interface FoundProps {
  found: Imported;
  again: () => void;
  close: () => void;
}

function Found({ found, again, close }: FoundProps) {
  const { name, graph, problems, parameters } = found;
  const project = useEditor((editor) => editor.project);
  const drawn = useEditor((editor) => editor.document.graph.nodes.length);
  const [busy, setBusy] = useState(false);

  async function replace() {
    if (project === null) return;
    const before = useEditor.getState().document.graph;
    const next = await tidied(graph);
    enter([]);
    changeDocument({ graph: next });
    askForFit();
    close();
    navigate(stepPath(project, "design"));
    if (drawn > 0) tellUndo(`The network is ${name} now.`, () => changeDocument({ graph: before }));
  }

  async function begin() {
    setBusy(true);
    try {
      await createProject(name, { graph: await tidied(graph) });
      askForFit();
      close();
    } catch (error) {
      tellError(error, "The project could not be made");
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.stack}>
      <div>
        <strong>{name}</strong>
        <Text c="dimmed">
          {plural(graph.nodes.length, "layer")}
          {blocksIn(graph) > 0 && `, ${plural(blocksIn(graph), "block")}`}
          {parameters !== null && `, ${plural(parameters, "parameter")}`}
        </Text>
      </div>
      {problems.length === 0 ? (
        <Text>Everything in it was taken over.</Text>
      ) : (
        <section aria-label="Remarks on the import">
          <Text mb={6}>
            {count(problems.length)} {problems.length === 1 ? "thing" : "things"} could not be taken over as{" "}
            {problems.length === 1 ? "it is" : "they are"}:
          </Text>
          <ul className={styles.problems}>
            {problems.map((problem, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
              <li key={place}>
                {problem.node && <code>{problem.node}</code>} {problem.message} <span>{problem.hint}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Group justify="flex-end">
        <Button variant="subtle" color="gray" onClick={again}>
          Choose another
        </Button>
        {project !== null && (
          <Button variant="default" onClick={replace}>
            {drawn > 0 ? "Replace this network" : "Draw it here"}
          </Button>
        )}
        <Button loading={busy} onClick={begin} data-autofocus>
          Make a new project
        </Button>
      </Group>
    </div>
  );
}

const blocksIn = (graph: Graph) => Object.keys(graph.blocks ?? {}).length;

/** The drawing laid out from top to bottom, blocks inside too. */
async function tidied(graph: Graph): Promise<Graph> {
  const { tidied: tidy } = await import("../canvas/layout");
  return tidy(graph);
}
