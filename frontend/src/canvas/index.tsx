/** The canvas: the drawing, and every way to change it by pointer or keyboard. */

import "@xyflow/react/dist/style.css";
import { useMediaQuery } from "@mantine/hooks";
import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { type DragEvent, type RefObject, useEffect, useRef } from "react";
import type { BlockDocument } from "../api/types";
import { useChecking } from "../stores/checking";
import { dropBlock, dropLayer } from "../stores/drawing";
import { currentLevel, enter, placeOfSelected, useEditor, useLevel } from "../stores/editor";
import { NODE } from "../stores/graph/commands";
import { keyOf, levelAt, pathOf } from "../stores/graph/levels";
import { usePalette } from "../stores/palette";
import { showLayer } from "../stores/view";
import { carriedBlock, carriedLayer, carries } from "../ui/drag";
import { familyColour } from "../ui/Family";
import { setSearch } from "../ui/router";
import { type Arranged, keptAt } from "./arrange";
import { BlockNode } from "./BlockNode";
import styles from "./Canvas.module.css";
import { wireAt, wireIdAt } from "./dropping";
import { EmptyCanvas } from "./EmptyCanvas";
import { type LayerNode as FlowNode, firstView, type Wire } from "./flow";
import { LayerNode } from "./LayerNode";
import { Place } from "./Place";
import { Problems } from "./Problems";
import { Tools } from "./Tools";
import { useCanvasKeys } from "./useCanvasKeys";
import { useFlow } from "./useFlow";
import { useReveal } from "./useReveal";
import { useHover, WireEdge } from "./WireEdge";

const nodeTypes = { layer: LayerNode, block: BlockNode, frame: BlockNode };
const edgeTypes = { wire: WireEdge };
const MANY = 200;
/** Below this scale nothing can be read, and layers show the colour of their family. */
const FAR = 0.4;
/** How long after adding a layer the check may still bring news of it, in milliseconds. */
const SETTLING = 2_500;
/** How long React Flow may take to measure a layer that grew. */
const MEASURING = 80;

function Drawing() {
  const area = useRef<HTMLElement>(null);
  const { flow, shown } = useFlow();
  const { screenToFlowPosition } = useReactFlow<FlowNode, Wire>();
  const onKeyDown = useCanvasKeys(area);
  const phone = useMediaQuery("(max-width: 760px)") ?? false;
  useSelectionInAddress();
  const far = useStore((state) => state.transform[2] < FAR);
  useView(area, shown.arranged);

  function drop(event: DragEvent) {
    const type = carriedLayer(event.dataTransfer);
    const block = carriedBlock(event.dataTransfer);
    useHover.setState({ drop: null });
    if (!type && !block) return;
    event.preventDefault();
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const point = { x: x - NODE.width / 2, y: y - NODE.height / 2 };
    const at = keptAt(shown.level, shown.arranged, point);
    const wire = wireAt(event.clientX, event.clientY);
    if (type) dropLayer(type, at, wire);
    else dropBlock(JSON.parse(block ?? "{}") as BlockDocument, at, wire);
    area.current?.focus();
  }

  function dragOver(event: DragEvent) {
    if (!carries(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    useHover.setState({ drop: wireIdAt(event.clientX, event.clientY) });
  }

  return (
    <section
      ref={area}
      aria-label="Canvas"
      className={styles.canvas}
      data-far={far}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onDrop={drop}
      onDragOver={dragOver}
      onDragLeave={() => useHover.setState({ drop: null })}
    >
      <ReactFlow
        {...flow}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onPaneClick={() => area.current?.focus()}
        onNodeClick={(event) => !event.shiftKey && !event.metaKey && !event.ctrlKey && showLayer()}
        onNodeDoubleClick={(_, node) => node.data.block && enter(pathOf(node.data.key))}
        onEdgeMouseEnter={(_, edge) => useHover.setState({ wire: edge.id })}
        onEdgeMouseLeave={() => useHover.setState({ wire: null })}
        nodesDraggable={!phone}
        nodesConnectable={!phone}
        edgesReconnectable={!phone}
        onlyRenderVisibleElements={flow.nodes.length > MANY}
        selectionMode={SelectionMode.Partial}
        connectionRadius={28}
        deleteKeyCode={null}
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionKeyCode="Shift"
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        elevateNodesOnSelect
        minZoom={0.03}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--dots)" />
        {flow.nodes.length > 0 && <Overview />}
      </ReactFlow>
      {flow.nodes.length === 0 && <EmptyCanvas />}
      <Place />
      <Tools />
      <Problems />
    </section>
  );
}

function Overview() {
  const { layers, families } = usePalette();
  const colour = (node: FlowNode) => {
    const family = families.indexOf(layers.get(node.data.node.type)?.family ?? "");
    return familyColour(family);
  };
  return (
    <MiniMap<FlowNode>
      position="top-right"
      ariaLabel="Overview of the drawing"
      className={styles.overview}
      nodeColor={colour}
      nodeBorderRadius={14}
      pannable
      zoomable
    />
  );
}

/** Shows the drawing when it first appears, and every layer that is added out of sight. */
function useView(area: RefObject<HTMLElement | null>, arranged: Arranged) {
  const { setViewport, getViewport, viewportInitialized } = useReactFlow<FlowNode, Wire>();
  const reveal = useReveal(area);
  const { nodes } = useLevel();
  const place = useEditor((editor) => keyOf(editor.path));
  const shown = useRef(0);
  /** Which drawing is in view, and how others were when they were left. */
  const view = useRef({ place, left: new Map<string, ReturnType<typeof getViewport>>() });
  const latest = useRef(arranged);
  latest.current = arranged;
  const fresh = useRef({ id: "", at: 0 });
  useEffect(() => {
    const frame = area.current?.getBoundingClientRect();
    if (!viewportInitialized || !frame) return;
    const { left } = view.current;
    const moved = view.current.place !== place;
    if (moved) left.set(view.current.place, getViewport());
    view.current.place = place;
    const before = moved ? 0 : shown.current;
    shown.current = nodes.length;
    const { at, frames } = latest.current;
    const boxes = nodes.map(({ id, position }) => ({
      position: at.get(id) ?? position,
      ...frames.get(id)?.size,
    }));
    const known = moved ? left.get(place) : undefined;
    if (known) {
      setViewport(known);
    } else if (before === 0 && nodes.length > 1) {
      setViewport(firstView(boxes, frame));
      const [asked] = useEditor.getState().selection;
      if (asked) requestAnimationFrame(() => reveal(asked)); // a link to a layer of a large drawing
    } else if (before === 0 && nodes[0]?.position.x === 0 && nodes[0].position.y === 0) {
      setViewport({ x: (frame.width - NODE.width) / 2, y: 72, zoom: 1 });
    } else if (nodes.length > before && before > 0) {
      const [added] = useEditor.getState().selection;
      if (!added) return;
      reveal(added);
      fresh.current = { id: added, at: Date.now() };
    }
  }, [area, nodes, place, viewportInitialized, setViewport, getViewport, reveal]);
  // What the check finds may open the list of problems over the layer that was just added.
  useEffect(
    () =>
      useChecking.subscribe((now, before) => {
        const { id, at } = fresh.current;
        if (now.report?.problems === before.report?.problems || Date.now() - at > SETTLING) return;
        setTimeout(reveal, MEASURING, id);
      }),
    [reveal],
  );
}

/** The block one has entered and the single selected node stand in the address; so named, they are found again. */
function useSelectionInAddress() {
  const selection = useEditor((editor) => editor.selection);
  const place = useEditor((editor) => keyOf(editor.path));
  const opened = useRef(false);
  useEffect(() => {
    if (!opened.current) {
      opened.current = true;
      const asked = new URLSearchParams(window.location.search);
      const inside = asked.get("in");
      if (inside) enter(pathOf(inside));
      const named = asked.get("node");
      if (named && isThere(named)) {
        useEditor.setState({ selection: [named] });
        return;
      }
      if (inside) return;
    }
    setSearch({ in: place || null, node: selection.length === 1 ? (selection[0] ?? null) : null });
  }, [selection, place]);
}

function isThere(selected: string): boolean {
  const { at, id } = placeOfSelected(selected);
  const level = levelAt(useEditor.getState().document.graph, at) ?? currentLevel();
  return level.nodes.some((node) => node.id === id);
}

export default function Canvas() {
  return (
    <ReactFlowProvider>
      <Drawing />
    </ReactFlowProvider>
  );
}
