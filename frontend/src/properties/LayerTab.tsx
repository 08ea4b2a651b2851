/** The selected layer: its name, what it does, its settings, its inputs. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import type { GraphNode, LayerType } from "../api/types";
import { useChecking } from "../stores/checking";
import { deleteSelection, fixProblem, rename } from "../stores/drawing";
import { changeGraph, useEditor } from "../stores/editor";
import { findNode, setField, setShares } from "../stores/graph/commands";
import { idProblem } from "../stores/graph/names";
import { useFamilyIndex, useLayerType } from "../stores/palette";
import { FamilySign } from "../ui/Family";
import { count, plural, shape } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import { Form } from "./Form";
import { Inputs } from "./Inputs";
import styles from "./Properties.module.css";
import { fieldsOf } from "./schema";

export function LayerTab() {
  const selection = useEditor((editor) => editor.selection);
  const graph = useEditor((editor) => editor.document.graph);
  const node = selection.length === 1 ? findNode(graph, selection[0]) : undefined;
  const layer = useLayerType(node?.type ?? "");
  if (selection.length > 1) return <Several number={selection.length} />;
  if (!node) {
    return (
      <p className={styles.quiet}>
        Select a layer to see and change its settings. On the canvas the arrow keys go from layer to layer,
        and <kbd>Enter</kbd> brings you here.
      </p>
    );
  }
  return <OneLayer key={node.id} node={node} layer={layer} />;
}

function Several({ number }: { number: number }) {
  return (
    <div className={styles.stack}>
      <p className={styles.quiet}>
        {plural(number, "layer")} selected. Select a single one to change its settings.
      </p>
      <Button variant="default" onClick={deleteSelection}>
        Delete {plural(number, "layer")}
      </Button>
    </div>
  );
}

function OneLayer({ node, layer }: { node: GraphNode; layer: LayerType | undefined }) {
  const family = useFamilyIndex(layer?.family);
  const problems = useChecking((checking) => checking.byNode.get(node.id)) ?? [];
  const fields = useMemo(() => (layer ? fieldsOf(layer.schema) : []), [layer]);
  return (
    <div className={styles.stack}>
      <header>
        <h2 className={styles.title}>
          <FamilySign index={family} size={12} />
          {layer?.title ?? node.type}
          <span className={styles.family}>{layer?.family}</span>
        </h2>
        {layer?.doc.split("\n\n").map((paragraph) => (
          <p key={paragraph} className={styles.doc}>
            {paragraph}
          </p>
        ))}
      </header>
      {problems.map((problem) => (
        <ProblemCard
          key={problem.code + problem.message}
          message={problem.message}
          hint={problem.fix ? null : problem.hint}
        >
          {problem.fix && (
            <Button size="compact-sm" variant="light" onClick={() => fixProblem(problem)}>
              {problem.fix.label}
            </Button>
          )}
        </ProblemCard>
      ))}
      <div id="layer-form">
        <Form
          fields={fields}
          value={node.config}
          onChange={(name, value) =>
            changeGraph((graph) => setField(graph, node.id, name, value), `${node.id}.${name}`)
          }
        />
      </div>
      <Inputs node={node} layer={layer} />
      <NodeId id={node.id} />
      <Shared node={node} />
      <Outcome id={node.id} />
    </div>
  );
}

function NodeId({ id }: { id: string }) {
  const [text, setText] = useState(id);
  const graph = useEditor((editor) => editor.document.graph);
  const problem = text === id ? null : idProblem(graph, id, text);
  useEffect(() => setText(id), [id]);

  function commit() {
    if (text !== id && !problem) rename(id, text);
  }

  return (
    <TextInput
      label="Name in the code"
      size="sm"
      value={text}
      error={problem}
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: styles.code }}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setText(id);
      }}
    />
  );
}

/** Reusing another layer's weights; offered where another of the same kind with weights exists. */
function Shared({ node }: { node: GraphNode }) {
  const graph = useEditor((editor) => editor.document.graph);
  const report = useChecking((checking) => checking.report);
  const others = graph.nodes.filter(
    (other) =>
      other.id !== node.id &&
      other.type === node.type &&
      other.shares === null &&
      (report?.nodes[other.id]?.parameters ?? 0) > 0,
  );
  if (others.length === 0 && node.shares === null) return null;
  const names = [...new Set([...others.map((other) => other.id), ...(node.shares ? [node.shares] : [])])];
  return (
    <NativeSelect
      label="Share weights with"
      size="sm"
      value={node.shares ?? ""}
      data={[{ value: "", label: "none" }, ...names]}
      onChange={({ currentTarget }) =>
        changeGraph((now) => setShares(now, node.id, currentTarget.value || null))
      }
    />
  );
}

function Outcome({ id }: { id: string }) {
  const report = useChecking((checking) => checking.report?.nodes[id]);
  if (!report) return null;
  return (
    <dl className={styles.facts}>
      <dt>Comes out</dt>
      <dd>
        {shape(report.shape)} {report.dtype}
      </dd>
      <dt>Parameters</dt>
      <dd>{count(report.parameters)}</dd>
    </dl>
  );
}
