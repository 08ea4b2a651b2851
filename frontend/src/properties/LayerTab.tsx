/** The selected layer: its name, what it does, its settings, its inputs. */

import { Button } from "@mantine/core";
import { useLayoutEffect, useMemo } from "react";
import { type Field, fieldsOf } from "../api/fields";
import type { GraphNode, LayerType } from "../api/types";
import { beginBlock } from "../stores/blocks";
import { useChecking, useFlowing } from "../stores/checking";
import { deleteSelection, fixProblem } from "../stores/drawing";
import { changeGraph, placeOfSelected, useEditor } from "../stores/editor";
import { findNode, setField } from "../stores/graph/commands";
import { keyOf, levelAt, type Path } from "../stores/graph/levels";
import { blockOf, isDoor } from "../stores/graph/ports";
import { showsMistyped } from "../stores/mistyped";
import { useFamilyIndex, useLayerType, usePalette } from "../stores/palette";
import { FamilySign } from "../ui/Family";
import { count, plural, shape } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import { BlockHeader, BlockTools } from "./BlockPart";
import { Form } from "./Form";
import { Inputs } from "./Inputs";
import { NodeId } from "./NodeId";
import { KeepsMistyped } from "./NumberField";
import styles from "./Properties.module.css";
import { Shared } from "./Shared";

export function LayerTab() {
  const selection = useEditor((editor) => editor.selection);
  const path = useEditor((editor) => editor.path);
  const graph = useEditor((editor) => editor.document.graph);
  const [only] = selection;
  const { at, id } = placeOfSelected(only ?? "", path);
  const level = levelAt(graph, at);
  const node = selection.length === 1 && level ? findNode(level, id) : undefined;
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
  return <OneLayer key={keyOf([...at, id])} at={at} node={node} layer={layer} />;
}

function Several({ number }: { number: number }) {
  return (
    <div className={styles.stack}>
      <p className={styles.quiet}>
        {plural(number, "layer")} selected. Select a single one to change its settings.
      </p>
      <Button variant="default" onClick={beginBlock}>
        Make a block
      </Button>
      <Button variant="default" onClick={deleteSelection}>
        Delete {plural(number, "layer")}
      </Button>
    </div>
  );
}

interface OneLayerProps {
  /** The drawing the node stands in. */
  at: Path;
  node: GraphNode;
  layer: LayerType | undefined;
}

function OneLayer({ at, node, layer }: OneLayerProps) {
  const key = keyOf([...at, node.id]);
  // Before the fields themselves leave: they tell by it whether the whole form does.
  useLayoutEffect(() => showsMistyped(key), [key]);
  const problems = useChecking((checking) => checking.byNode.get(key)) ?? [];
  const fields = useFields(at, node, layer);
  const block = useEditor(({ document }) => blockOf(document.graph, node));
  return (
    <div className={styles.stack}>
      {block ? <BlockHeader node={node} block={block} layer={layer} /> : <Header node={node} layer={layer} />}
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
        <KeepsMistyped value={key}>
          <Form
            fields={fields}
            value={node.config}
            onChange={(name, value) =>
              changeGraph((level) => setField(level, node.id, name, value), `${key}.${name}`, at)
            }
          />
        </KeepsMistyped>
      </div>
      <Inputs at={at} node={node} />
      <NodeId at={at} id={node.id} />
      <Shared at={at} node={node} />
      {block && <BlockTools at={at} node={node} />}
      <Outcome name={key} />
    </div>
  );
}

function Header({ node, layer }: Pick<OneLayerProps, "node" | "layer">) {
  const family = useFamilyIndex(layer?.family);
  return (
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
  );
}

/** The settings of a layer; a port of a block has only its name, which the data know nothing of. */
function useFields(at: Path, node: GraphNode, layer: LayerType | undefined): Field[] {
  const layers = usePalette((palette) => palette.layers);
  const port = at.length > 0 && (isDoor(layers, node, "input") || isDoor(layers, node, "output"));
  return useMemo(() => {
    const fields = layer ? fieldsOf(layer.schema) : [];
    if (!port) return fields;
    return fields
      .filter((field) => field.control.kind === "source")
      .map((field): Field => ({ ...field, help: "What this port is called.", control: { kind: "text" } }));
  }, [layer, port]);
}

function Outcome({ name }: { name: string }) {
  const report = useChecking((checking) => checking.report?.nodes[name]);
  const first = useFlowing(name);
  if (!first) return null;
  const shapes = report?.shapes ?? [first.shape];
  return (
    <dl className={styles.facts}>
      <dt>Comes out</dt>
      <dd>
        {shapes.map((axes, output) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an output is its number
          <div key={output}>
            {shape(axes)} {first.dtype}
          </div>
        ))}
      </dd>
      {report && (
        <>
          <dt>Parameters</dt>
          <dd>{count(report.parameters)}</dd>
        </>
      )}
    </dl>
  );
}
