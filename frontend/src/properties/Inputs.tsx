/** What feeds a layer, in the order of its ports: the way to draw wires without a pointer. */

import { ActionIcon, NativeSelect } from "@mantine/core";
import type { Graph, GraphNode, LayerType } from "../api/types";
import { changeGraph, useEditor } from "../stores/editor";
import {
  canConnect,
  connect,
  edgeKey,
  incoming,
  removeEdges,
  swapInputs,
  takesMany,
} from "../stores/graph/wires";
import { currentLayers } from "../stores/palette";
import styles from "./Properties.module.css";

const NONE = "";

/** Those that could feed this node, and the one that does. */
function candidates(graph: Graph, target: string, current: string | null): string[] {
  return graph.nodes
    .map((node) => node.id)
    .filter((id) => id === current || canConnect(graph, currentLayers(), id, target));
}

export function Inputs({ node, layer }: { node: GraphNode; layer: LayerType | undefined }) {
  const graph = useEditor((editor) => editor.document.graph);
  if (layer?.inputs.max === 0) return null;
  const wires = incoming(graph, node.id);
  const many = takesMany(layer);
  const most = layer?.inputs.max ?? Number.POSITIVE_INFINITY;
  const places = many ? Math.min(wires.length + 1, most) : 1;

  function choose(place: number, source: string) {
    const wire = wires[place];
    changeGraph((now) => {
      if (source === NONE) return wire ? removeEdges(now, currentLayers(), new Set([edgeKey(wire)])) : now;
      return connect(now, currentLayers(), source, node.id, wire?.port);
    });
  }

  return (
    <div className={styles.inputs}>
      {Array.from({ length: places }, (_, place) => {
        const wire = wires[place];
        const label = many ? (wire ? `Input ${place + 1}` : "Another input") : "Input from";
        const previous = wires[place - 1];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a port is its number
          <div key={place} className={styles.input}>
            <NativeSelect
              label={label}
              size="sm"
              value={wire?.source ?? NONE}
              data={[
                { value: NONE, label: wire ? "disconnect" : "choose a layer" },
                ...candidates(graph, node.id, wire?.source ?? null),
              ]}
              onChange={({ currentTarget }) => choose(place, currentTarget.value)}
            />
            {wire && previous && (
              <ActionIcon
                variant="default"
                size={34}
                aria-label={`Move input ${place + 1} up`}
                onClick={() => changeGraph((now) => swapInputs(now, node.id, previous.port, wire.port))}
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
