/** Reusing another layer's weights; offered where another of the same kind with weights exists. */

import { NativeSelect } from "@mantine/core";
import type { GraphNode } from "../api/types";
import { useReport } from "../stores/checking";
import { changeGraph, useEditor } from "../stores/editor";
import { setShares } from "../stores/graph/commands";
import { keyOf, levelAt, type Path } from "../stores/graph/levels";

export function Shared({ at, node }: { at: Path; node: GraphNode }) {
  const level = useEditor(({ document }) => levelAt(document.graph, at));
  const report = useReport();
  const alike = (other: GraphNode) =>
    other.id !== node.id &&
    other.type === node.type &&
    other.shares === null &&
    other.config.block === node.config.block &&
    (report?.nodes[keyOf([...at, other.id])]?.parameters ?? 0) > 0;
  const lends = level?.nodes.some((other) => other.shares === node.id) ?? false;
  const others = lends ? [] : (level?.nodes.filter(alike) ?? []);
  if (others.length === 0 && node.shares === null) return null;
  const names = [...new Set([...others.map((other) => other.id), ...(node.shares ? [node.shares] : [])])];
  return (
    <NativeSelect
      label="Shares the weights of"
      size="sm"
      value={node.shares ?? ""}
      data={[{ value: "", label: "none" }, ...names]}
      onChange={({ currentTarget }) =>
        changeGraph((now) => setShares(now, node.id, currentTarget.value || null), undefined, at)
      }
    />
  );
}
