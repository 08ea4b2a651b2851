/** The network as a table: every layer with what comes out of it and its parameters. */

import type { GraphNode } from "../api/types";
import { useReport } from "../stores/checking";
import { select, useEditor, useLevel } from "../stores/editor";
import { flowing } from "../stores/graph/flowing";
import { keyOf } from "../stores/graph/levels";
import { blockOf } from "../stores/graph/ports";
import { usePalette } from "../stores/palette";
import { showTab } from "../stores/view";
import { count, shape } from "../ui/format";
import styles from "./Properties.module.css";

export function SummaryTab() {
  const whole = useEditor((editor) => editor.document.graph);
  const path = useEditor((editor) => editor.path);
  const graph = useLevel();
  const selection = useEditor((editor) => editor.selection);
  const layers = usePalette((palette) => palette.layers);
  const report = useReport();
  if (graph.nodes.length === 0)
    return <p className={styles.quiet}>The layers of your network will be listed here.</p>;
  const order = Object.keys(report?.nodes ?? {});
  const place = new Map(order.map((id, index) => [id, index]));
  const rank = (node: GraphNode) => place.get(keyOf([...path, node.id])) ?? 1e9;
  const nodes = [...graph.nodes].sort((a, b) => rank(a) - rank(b));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>Layer</th>
          <th>Out</th>
          <th className={styles.number}>Parameters</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => {
          const own = [...path, node.id];
          const found = report?.nodes[keyOf(own)];
          return (
            <tr key={node.id} data-selected={selection.includes(node.id)}>
              <td>
                <button type="button" className={styles.row} onClick={() => choose(node.id)}>
                  {node.id}
                  <small>{blockOf(graph, node)?.title ?? layers.get(node.type)?.title ?? node.type}</small>
                </button>
              </td>
              <td className={styles.code}>{shape(flowing(whole, layers, report, own)?.shape)}</td>
              <td className={styles.number}>{found ? count(found.parameters) : "—"}</td>
            </tr>
          );
        })}
      </tbody>
      {report && (
        <tfoot>
          <Total label="Trainable" value={report.parameters.trainable} />
          <Total label="Not trained" value={report.parameters.non_trainable} />
          <Total label="Total" value={report.parameters.total} sum />
        </tfoot>
      )}
    </table>
  );
}

/** Selects a layer and stays in the table. */
function choose(id: string): void {
  select([id]);
  showTab("summary");
}

function Total({ label, value, sum }: { label: string; value: number; sum?: boolean }) {
  return (
    <tr>
      <td colSpan={2} className={sum ? styles.sum : undefined}>
        {label}
      </td>
      <td className={`${styles.number} ${sum ? styles.sum : ""}`}>{count(value)}</td>
    </tr>
  );
}
