/** What feeds a layer, in the order of its ports: the way to draw wires without a pointer. */

import { ActionIcon, NativeSelect } from "@mantine/core";
import type { Graph, GraphEdge, GraphNode, Report } from "../api/types";
import { useReport } from "../stores/checking";
import { changeGraph, useEditor } from "../stores/editor";
import { keyOf, levelAt, type Path } from "../stores/graph/levels";
import { isCounted, joins, portsOf, takesMany } from "../stores/graph/ports";
import { canConnect, connect, edgeKey, incoming, removeEdges, swapInputs } from "../stores/graph/wires";
import { currentLayers } from "../stores/palette";
import styles from "./Properties.module.css";

const NONE = "";

interface Choice {
  value: string;
  label: string;
}

const choiceOf = (source: string, output = 0) => (output ? `${source}.${output}` : source);

/** Those that could feed this node, and the one that does; each output on its own where there are several. */
function candidates(
  level: Graph,
  at: Path,
  target: string,
  current: GraphEdge | undefined,
  report: Report | null,
): Choice[] {
  const fitting = level.nodes.filter(
    ({ id }) => id === current?.source || canConnect(level, currentLayers(), id, target),
  );
  return fitting.flatMap((node) => {
    const ports = portsOf(level, currentLayers(), node);
    const told = report?.nodes[keyOf([...at, node.id])]?.shapes?.length ?? 1;
    const drawn = node.id === current?.source ? (current.output ?? 0) + 1 : 1;
    const outputs = Math.max(ports?.outputs ?? 1, told, drawn);
    return Array.from({ length: outputs }, (_, output) => {
      const name = ports?.outputNames[output] ?? `output ${output + 1}`;
      return { value: choiceOf(node.id, output), label: outputs > 1 ? `${node.id}, ${name}` : node.id };
    });
  });
}

export function Inputs({ at, node }: { at: Path; node: GraphNode }) {
  const level = useEditor(({ document }) => levelAt(document.graph, at));
  const report = useReport();
  const ports = level ? portsOf(level, currentLayers(), node) : undefined;
  if (!level || ports?.max === 0) return null;
  const wires = incoming(level, node.id);
  const many = takesMany(ports);
  const most = ports?.max ?? Number.POSITIVE_INFINITY;
  // Where the ports are counted each keeps its place; else they follow each other.
  const counted = ports !== undefined && isCounted(ports);
  const places = counted ? most : Math.min(wires.length + 1, most);
  const wireAt = (place: number) => (counted ? wires.find((wire) => wire.port === place) : wires[place]);

  function choose(place: number, value: string) {
    const wire = wireAt(place);
    const [source = "", output] = value.split(".");
    changeGraph(
      (now) => {
        if (value === NONE) return wire ? removeEdges(now, currentLayers(), new Set([edgeKey(wire)])) : now;
        const port = wire?.port ?? (counted ? place : (wires.at(-1)?.port ?? -1) + 1);
        return connect(now, currentLayers(), source, node.id, port, Number(output ?? 0));
      },
      undefined,
      at,
    );
  }

  return (
    <div className={styles.inputs}>
      {Array.from({ length: places }, (_, place) => {
        const wire = wireAt(place);
        const previous = wireAt(place - 1);
        const name = ports?.inputNames[place];
        const numbered = name ? `Input ${place + 1}: ${name}` : `Input ${place + 1}`;
        const alone = !many || (place === 0 && !joins(ports) && !counted);
        const further = wire || counted ? numbered : "Another input";
        const label = alone ? "Input from" : further;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a port is its number
          <div key={place} className={styles.input}>
            <NativeSelect
              label={label}
              size="sm"
              value={wire ? choiceOf(wire.source, wire.output) : NONE}
              data={[
                { value: NONE, label: wire ? "disconnect" : "choose a layer" },
                ...candidates(level, at, node.id, wire, report),
              ]}
              onChange={({ currentTarget }) => choose(place, currentTarget.value)}
            />
            {wire && previous && (
              <ActionIcon
                variant="default"
                size={34}
                aria-label={`Move input ${place + 1} up`}
                onClick={() =>
                  changeGraph((now) => swapInputs(now, node.id, previous.port, wire.port), undefined, at)
                }
              >
                ↑
              </ActionIcon>
            )}
          </div>
        );
      })}
    </div>
  );
}
