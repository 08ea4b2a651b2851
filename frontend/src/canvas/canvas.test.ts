import { expect, test } from "vitest";
import type { Graph, GraphNode } from "../api/types";
import { chain } from "../stores/graph/testing";
import { arrange, keptAt } from "./arrange";
import { firstView, flowEdges, flowNodes } from "./flow";
import { tidyPositions } from "./layout";
import { neighbour } from "./moves";
import { fittingName } from "./nodeName";
import { clearing, shift } from "./useReveal";

const label = (node: GraphNode) => node.id;
const shown = (graph: Graph, selection: string[], unfolded: string[] = []) => ({
  level: graph,
  path: [],
  arranged: arrange(graph, [], new Set(unfolded)),
  selection,
  label,
});
const at = (id: string, x: number, y: number): GraphNode => ({
  id,
  type: "Step",
  config: {},
  shares: null,
  position: { x, y },
});

test("nodes that did not change keep their identity", () => {
  const before = flowNodes([], shown(chain, []));
  expect(flowNodes(before, shown(chain, []))).toBe(before);
  const after = flowNodes(before, shown(chain, ["step_1"]));
  expect(after.map((node, index) => node === before[index])).toEqual([true, false, true]);
});

test("wires that did not change keep their identity", () => {
  const before = flowEdges([], chain, []);
  const after = flowEdges(before, chain, ["step_1>end_1:0"]);
  expect(after.map((wire, index) => wire === before[index])).toEqual([true, false]);
});

test("tidying puts each layer below the one that feeds it, in one column", () => {
  const positions = tidyPositions(chain, new Map());
  const [start, step, end] = ["start_1", "step_1", "end_1"].map((id) => positions.get(id));
  expect((start?.y ?? 0) < (step?.y ?? 0) && (step?.y ?? 0) < (end?.y ?? 0)).toBe(true);
  expect(new Set([start?.x, step?.x, end?.x]).size).toBe(1);
});

test("tidying a drawing too long to be seen folds it where only one wire passes", () => {
  const ids = Array.from({ length: 60 }, (_, place) => `n${place}`);
  const wire = (from: number, to: number) => ({ source: `n${from}`, target: `n${to}`, port: 0 });
  // Every six layers a wire skips four of them, as in residual networks.
  const edges = ids
    .slice(1)
    .flatMap((_, place) => [
      wire(place, place + 1),
      ...(place % 6 === 0 && place + 5 < 60 ? [wire(place, place + 5)] : []),
    ]);
  const positions = tidyPositions({ format: 1, nodes: ids.map((id) => at(id, 0, 0)), edges }, new Map());
  const points = ids.map((id) => positions.get(id) ?? { x: 0, y: 0 });
  const height = Math.max(...points.map((point) => point.y));
  expect(height).toBeLessThan(2_600);
  const ends = points
    .slice(1)
    .flatMap((point, place) => (point.y < (points[place]?.y ?? 0) ? [place + 1] : []));
  expect(ends.length).toBeGreaterThan(1);
  for (const first of ends)
    expect(first % 6 === 0 || first % 6 === 5 ? "clear" : `cut at ${first}`).toBe("clear");
});

test("arrows go to the nearest node in their direction", () => {
  const nodes = [at("here", 0, 0), at("below", 10, 120), at("far", 0, 400), at("right", 260, 20)];
  const here = nodes[0] as GraphNode;
  expect(neighbour(nodes, here, "ArrowDown")?.id).toBe("below");
  expect(neighbour(nodes, here, "ArrowRight")?.id).toBe("right");
  expect(neighbour(nodes, here, "ArrowUp")).toBeNull();
});

test("the first view shows a small drawing whole and the beginning of a long one", () => {
  const frame = { width: 900, height: 800 };
  expect(firstView([at("a", 0, 0), at("b", 0, 200)], frame).zoom).toBe(1);
  const long = firstView([at("a", 0, 0), at("b", 0, 3_000)], frame);
  expect(long.zoom).toBe(0.75);
  expect(long.y).toBe(32);
});

test("a node moves into view only as far as it must", () => {
  expect(shift(100, 80, 600)).toBe(0);
  expect(shift(-50, 80, 600)).toBe(62);
  expect(shift(560, 80, 600)).toBe(-52);
});

test("a node moves out from under what lies over the canvas, the shortest way", () => {
  const frame = { width: 800, height: 600 };
  const card = { left: 450, top: 400, width: 340, height: 190 };
  const free = { left: 100, top: 100, width: 206, height: 78 };
  expect(clearing(free, frame, [card])).toEqual({ dx: 0, dy: 0 });
  expect(clearing({ ...free, left: 470, top: 360 }, frame, [card])).toEqual({ dx: 0, dy: -50 });
  expect(clearing({ ...free, left: 300, top: 480 }, frame, [card])).toEqual({ dx: -68, dy: 0 });
  const everything = { left: 0, top: 0, width: 800, height: 600 };
  expect(clearing({ ...free, top: 700 }, frame, [everything])).toEqual({ dx: 0, dy: -190 });
});

test("a name that does not fit beside its title shows its end", () => {
  expect(fittingName("fold_1", "Fold")).toBe("fold_1");
  expect(fittingName("a_very_long_fold_12", "A very long fold")).toBe("…_12");
});

test("an unfolded block shows its nodes in a frame, and what stands below makes room", () => {
  const block = { title: "Pair", description: "", nodes: [at("a", 0, 0), at("b", 0, 124)], edges: [] };
  const whole = { ...at("pair_1", 0, 124), type: "Whole", config: { block: "pair", repeat: 1 } };
  const graph = { ...chain, nodes: [at("above", 0, 0), whole, at("below", 0, 248)], blocks: { pair: block } };
  expect(flowNodes([], shown(graph, [])).map((node) => node.type)).toEqual(["layer", "block", "layer"]);
  const nodes = flowNodes([], shown(graph, [], ["pair_1"]));
  expect(nodes.map((node) => node.id)).toEqual(["above", "pair_1", "pair_1/a", "pair_1/b", "below"]);
  const [above, frame, a, , below] = nodes;
  expect([above?.position.y, frame?.position.y, a?.parentId, a?.data.key]).toEqual([
    0,
    124,
    "pair_1",
    "pair_1/a",
  ]);
  expect(below?.position.y).toBeGreaterThan((frame?.position.y ?? 0) + (frame?.height ?? 0));
  const arranged = arrange(graph, [], new Set(["pair_1"]));
  expect(keptAt(graph, arranged, below?.position ?? { x: 0, y: 0 })).toEqual({ x: 0, y: 248 });
});
