/** Keeps React Flow and the editor store in step. Dragging stays in React Flow until it ends: one undo step. */

import {
  applyNodeChanges,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  type OnNodeDrag,
} from "@xyflow/react";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { GraphNode } from "../api/types";
import { changeGraph, select, useEditor } from "../stores/editor";
import { insertOnEdge, moveNodes } from "../stores/graph/commands";
import { canConnect, connect, reconnect, wireProblem } from "../stores/graph/wires";
import { currentLayers } from "../stores/palette";
import { tell } from "../ui/notify";
import { nodeIdAt, wireAt } from "./dropping";
import { flowEdges, flowNodes, type LayerNode, type Wire } from "./flow";

const label = (node: GraphNode) => `${node.id}, ${currentLayers().get(node.type)?.title ?? node.type}`;

const FAR = { clientX: -1, clientY: -1 };

const portOf = (handle: string | null | undefined) => (handle ? Number(handle) : undefined);

export function useFlow() {
  const graph = useEditor((editor) => editor.document.graph);
  const selection = useEditor((editor) => editor.selection);
  const selectedEdges = useEditor((editor) => editor.selectedEdges);
  const [nodes, setNodes] = useState<LayerNode[]>(() => flowNodes([], graph, selection, label));
  const edges = useRef<Wire[]>([]);
  edges.current = flowEdges(edges.current, graph, selectedEdges);

  useLayoutEffect(() => setNodes((now) => flowNodes(now, graph, selection, label)), [graph, selection]);

  const onNodesChange = useCallback((changes: NodeChange<LayerNode>[]) => {
    const chosen = new Set(useEditor.getState().selection);
    for (const change of changes) {
      if (change.type === "select" && change.selected) chosen.add(change.id);
      if (change.type === "select" && !change.selected) chosen.delete(change.id);
    }
    const drawn = changes.filter((change) => change.type !== "select" && change.type !== "remove");
    if (drawn.length > 0) setNodes((now) => applyNodeChanges(drawn, now));
    if (drawn.length < changes.length) select([...chosen], useEditor.getState().selectedEdges);
  }, []);

  const onEdgesChange = useCallback((changes: EdgeChange<Wire>[]) => {
    const { selection: chosen, selectedEdges: before } = useEditor.getState();
    const wires = new Set(before);
    for (const change of changes) {
      if (change.type === "select" && change.selected) wires.add(change.id);
      if (change.type === "select" && !change.selected) wires.delete(change.id);
    }
    select(chosen, [...wires]);
  }, []);

  const onNodeDragStop = useCallback<OnNodeDrag<LayerNode>>((event, _node, moved) => {
    const positions = new Map(moved.map((node) => [node.id, node.position]));
    const [only] = moved;
    changeGraph((now) => {
      const placed = moveNodes(now, positions);
      const loose =
        only && moved.length === 1 && !now.edges.some((e) => e.source === only.id || e.target === only.id);
      const wire = loose && "clientX" in event ? wireAt(event.clientX, event.clientY) : undefined;
      return only && wire ? insertOnEdge(placed, currentLayers(), only.id, wire) : placed;
    });
    setNodes((now) =>
      flowNodes(now, useEditor.getState().document.graph, useEditor.getState().selection, label),
    );
  }, []);

  const onConnect = useCallback(({ source, target, targetHandle }: Connection) => {
    changeGraph((now) => connect(now, currentLayers(), source, target, portOf(targetHandle)));
  }, []);

  const onReconnect = useCallback((old: Wire, next: Connection) => {
    const before = old.data?.edge;
    if (!before) return;
    const port = portOf(next.targetHandle) ?? 0;
    changeGraph((now) =>
      reconnect(now, currentLayers(), before, { source: next.source, target: next.target, port }),
    );
  }, []);

  const moving = useRef(false);
  const onReconnectStart = useCallback(() => {
    moving.current = true;
  }, []);

  /** A wire let go over a layer, not over one of its dots: it is drawn all the same, or it says why it cannot be. */
  const onConnectEnd = useCallback((event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const moved = moving.current;
    moving.current = false;
    if (state.isValid || !state.fromNode || !state.fromHandle) return;
    const { clientX, clientY } = "changedTouches" in event ? (event.changedTouches[0] ?? FAR) : event;
    const other = state.toNode?.id ?? nodeIdAt(clientX, clientY);
    if (!other) return;
    const onward = state.fromHandle.type === "source";
    if (other === state.fromNode.id && !state.toNode) return;
    const [source, target] = onward ? [state.fromNode.id, other] : [other, state.fromNode.id];
    const problem = wireProblem(useEditor.getState().document.graph, currentLayers(), source, target);
    const port = onward ? undefined : portOf(state.fromHandle.id);
    if (problem) tell(problem);
    else if (!moved) changeGraph((now) => connect(now, currentLayers(), source, target, port));
  }, []);

  const isValidConnection = useCallback((candidate: Connection | Wire) => {
    const { document } = useEditor.getState();
    return canConnect(document.graph, currentLayers(), candidate.source, candidate.target);
  }, []);

  const handlers = {
    onNodesChange,
    onEdgesChange,
    onNodeDragStop,
    onConnect,
    onConnectEnd,
    onReconnect,
    onReconnectStart,
    isValidConnection,
  };
  return { nodes, edges: edges.current, ...handlers };
}
