/** Keeps React Flow and the editor store in step. Dragging stays in React Flow until it ends: one undo step. */

import {
  applyNodeChanges,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  type OnNodeDrag,
} from "@xyflow/react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Block, GraphNode } from "../api/types";
import { changeGraph, currentLevel, select, useEditor, useLevel } from "../stores/editor";
import { useFolding } from "../stores/folding";
import { insertOnEdge, moveNodes, type Point } from "../stores/graph/commands";
import { wire } from "../stores/graph/levels";
import { canConnect, connect, reconnect, wireProblem } from "../stores/graph/wires";
import { currentLayers } from "../stores/palette";
import { tell } from "../ui/notify";
import { arrange } from "./arrange";
import { nodeIdAt, wireAt } from "./dropping";
import { flowEdges, flowNodes, type LayerNode, type Wire } from "./flow";

/** What a node is called by those who listen: its id, the block around it, its title. */
function label({ id, type }: GraphNode, block: Block | undefined, frame?: string): string {
  const what = block ? `block ${block.title}` : (currentLayers().get(type)?.title ?? type);
  return `${frame === undefined ? id : `${id} in ${frame}`}, ${what}`;
}

const FAR = { clientX: -1, clientY: -1 };

const portOf = (handle: string | null | undefined) => (handle ? Number(handle) : undefined);
/** A node inside an unfolded block takes part in wires only with the whole block. */
const outermost = (id: string) => id.split("/")[0] ?? id;

/** The drawing as it is shown, and where everything stands. */
function useShown() {
  const graph = useEditor((editor) => editor.document.graph);
  const path = useEditor((editor) => editor.path);
  const selection = useEditor((editor) => editor.selection);
  const level = useLevel();
  const unfolded = useFolding((folding) => folding.unfolded);
  const arranged = useMemo(() => arrange(graph, path, new Set(unfolded)), [graph, path, unfolded]);
  return useMemo(() => ({ level, path, arranged, selection, label }), [level, path, arranged, selection]);
}

export function useFlow() {
  const shown = useShown();
  const { level, path, arranged } = shown;
  const selectedEdges = useEditor((editor) => editor.selectedEdges);
  const [nodes, setNodes] = useState<LayerNode[]>(() => flowNodes([], shown));
  const edges = useRef<Wire[]>([]);
  edges.current = flowEdges(edges.current, level, selectedEdges, { path, arranged });
  const latest = useRef(shown);
  latest.current = shown;

  useLayoutEffect(() => setNodes((now) => flowNodes(now, shown)), [shown]);

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
    const { arranged } = latest.current;
    const before = new Map(currentLevel().nodes.map((node) => [node.id, node.position]));
    const positions = new Map<string, Point>();
    for (const { id, position } of moved) {
      // What is kept is how far it was moved: around an unfolded block things are shown further away.
      const [from, kept] = [arranged.at.get(id), before.get(id)];
      if (from && kept)
        positions.set(id, { x: kept.x + position.x - from.x, y: kept.y + position.y - from.y });
    }
    const [only] = moved;
    changeGraph((now) => {
      const placed = moveNodes(now, positions);
      const loose =
        only && moved.length === 1 && !now.edges.some((e) => e.source === only.id || e.target === only.id);
      const wire = loose && "clientX" in event ? wireAt(event.clientX, event.clientY) : undefined;
      return only && wire ? insertOnEdge(placed, currentLayers(), only.id, wire) : placed;
    });
    setNodes((now) => flowNodes(now, { ...latest.current, selection: useEditor.getState().selection }));
  }, []);

  const onConnect = useCallback(({ source, target, sourceHandle, targetHandle }: Connection) => {
    changeGraph((now) =>
      connect(now, currentLayers(), source, target, portOf(targetHandle), portOf(sourceHandle)),
    );
  }, []);

  const onReconnect = useCallback((old: Wire, next: Connection) => {
    const before = old.data?.edge;
    if (!before) return;
    const to = wire(next.source, next.target, portOf(next.targetHandle) ?? 0, portOf(next.sourceHandle));
    changeGraph((now) => reconnect(now, currentLayers(), before, to));
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
    const found = state.toNode?.id ?? nodeIdAt(clientX, clientY);
    if (!found) return;
    const other = outermost(found);
    const onward = state.fromHandle.type === "source";
    if (other === state.fromNode.id && !state.toNode) return;
    const [source, target] = onward ? [state.fromNode.id, other] : [other, state.fromNode.id];
    const problem = wireProblem(currentLevel(), currentLayers(), source, target);
    const handle = portOf(state.fromHandle.id);
    const [port, output] = onward ? [undefined, handle] : [handle, undefined];
    if (problem) tell(problem);
    else if (!moved) changeGraph((now) => connect(now, currentLayers(), source, target, port, output));
  }, []);

  const isValidConnection = useCallback(
    (candidate: Connection | Wire) =>
      canConnect(currentLevel(), currentLayers(), candidate.source, candidate.target),
    [],
  );

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
  return { flow: { nodes, edges: edges.current, ...handlers }, shown };
}
