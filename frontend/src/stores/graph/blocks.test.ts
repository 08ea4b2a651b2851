import { expect, test } from "vitest";
import type { Graph, GraphEdge, GraphNode } from "../../api/types";
import { adopt, adoptDocument, documentOf } from "./adopting";
import { paste, snippet } from "./clipboard";
import { addAfter, findNode, removeNodes } from "./commands";
import { localFix } from "./fixes";
import { flowing } from "./flowing";
import { blockNameAt, levelAt, placeOf, pruned, standing, users, wire, withLevel } from "./levels";
import { makeBlock } from "./making";
import { slug } from "./names";
import { doors, portsOf } from "./ports";
import { layers } from "./testing";
import { describeBlock, ownCopy, unpackBlock } from "./unpacking";
import { connect, edgeKey } from "./wires";

const node = (id: string, type: string, y = 0, shares: string | null = null): GraphNode => ({
  id,
  type,
  config: {},
  shares,
  position: { x: 0, y },
});

/** start → a → b → c → end, and a → join ← c is left to the tests that need it. */
const line: Graph = {
  format: 1,
  nodes: [
    node("start", "Start", 0),
    node("a", "Step", 124),
    node("b", "Step", 248),
    node("c", "Step", 372),
    node("end", "End", 496),
  ],
  edges: [wire("start", "a", 0), wire("a", "b", 0), wire("b", "c", 0), wire("c", "end", 0)],
};

const wires = (edges: GraphEdge[]) => edges.map(edgeKey).sort();

function made(graph: Graph, ids: string[], title = "My part"): Graph & { id: string } {
  const result = makeBlock(graph, layers, ids, title);
  if ("problem" in result) throw new Error(result.problem);
  return { ...result.graph, id: result.id };
}

const withRepeat = (graph: Graph, id: string, repeat: number): Graph => ({
  ...graph,
  nodes: graph.nodes.map((one) => (one.id === id ? { ...one, config: { ...one.config, repeat } } : one)),
});

function unpacked(graph: Graph, id: string): Graph {
  const result = unpackBlock(graph, layers, id);
  if ("problem" in result) throw new Error(result.problem);
  return pruned(result.graph);
}

test("a part of a chain becomes a block with one input and one output", () => {
  const graph = made(line, ["a", "b"]);
  expect(graph.id).toBe("my_part_1");
  expect(wires(graph.edges)).toEqual(["c>end:0", "my_part_1>c:0", "start>my_part_1:0"]);
  const block = graph.blocks?.my_part;
  expect(block?.title).toBe("My part");
  expect(wires(block?.edges ?? [])).toEqual(["a>b:0", "b>end_1:0", "start_1>a:0"]);
  expect(block && doors(layers, block, "input").map((door) => door.config.name)).toEqual(["start"]);
  expect(findNode(graph, graph.id)?.config).toEqual({ block: "my_part", repeat: 1 });
  expect(findNode(graph, "c")?.position.y).toBe(248);
});

test("wires that bring the same thing share a port, and each thing given on has one", () => {
  const branched: Graph = {
    ...line,
    nodes: [...line.nodes, node("join", "Join", 480)],
    edges: [...line.edges, wire("start", "join", 0), wire("a", "join", 1), wire("b", "join", 2, 1)],
  };
  const graph = made(branched, ["a", "b", "join"]);
  const whole = findNode(graph, graph.id);
  const ports = portsOf(graph, layers, whole);
  expect([ports?.min, ports?.max, ports?.outputs]).toEqual([1, 1, 1]);
  const pair = made(branched, ["a", "b"], "Pair");
  expect(wires(pair.edges)).toEqual(
    expect.arrayContaining(["pair_1>join:1", "pair_1.1>c:0", "pair_1.2>join:2"]),
  );
  expect(portsOf(pair, layers, findNode(pair, pair.id))?.outputs).toBe(3);
});

test("a layer without its input has it as an open port of the block", () => {
  const graph = made({ ...line, edges: line.edges.slice(1) }, ["a", "b"]);
  expect(portsOf(graph, layers, findNode(graph, graph.id))?.max).toBe(1);
  expect(graph.edges.some((edge) => edge.target === graph.id)).toBe(false);
});

test("a part that would feed itself, or tear shared weights apart, cannot be a block", () => {
  expect(makeBlock(line, layers, ["a", "c"], "Torn")).toEqual({
    problem: "The block would feed itself through b. Select b too.",
  });
  const shared = { ...line, nodes: [...line.nodes, node("d", "Step", 0, "a")] };
  expect(makeBlock(shared, layers, ["a"], "Torn")).toHaveProperty("problem");
  expect(makeBlock(line, layers, ["start", "end"], "Ends")).toHaveProperty("problem");
});

test("unpacking is the inverse of making a block", () => {
  const graph = made(line, ["a", "b"]);
  const back = unpacked(graph, graph.id);
  expect(wires(back.edges)).toEqual(wires(line.edges));
  expect(back.blocks).toBeUndefined();
  const places = (of: Graph) => Object.fromEntries(of.nodes.map((one) => [one.id, one.position.y]));
  expect(places(back)).toEqual(places(line));
});

test("a repeated block is unpacked as often as it repeats, one after the other", () => {
  const graph = made(line, ["b"]);
  const back = unpacked(withRepeat(graph, graph.id, 3), graph.id);
  expect(wires(back.edges)).toEqual(["a>b:0", "b>b_1:0", "b_1>b_2:0", "b_2>c:0", "c>end:0", "start>a:0"]);
});

test("a block whose weights are shared is not unpacked", () => {
  const graph = made(line, ["b"]);
  const twin = { ...graph, nodes: [...graph.nodes, { ...node("twin", "Whole"), shares: graph.id }] };
  expect(unpackBlock(twin, layers, graph.id)).toHaveProperty("problem");
});

test("a change inside a block is written back, and the same drawing is the same object", () => {
  const graph = made(line, ["a", "b"]);
  const inside = levelAt(graph, ["my_part_1"]);
  if (!inside) throw new Error("there is no such block");
  expect(levelAt(graph, ["my_part_1"])).toBe(inside);
  const more = addAfter(inside, layers, "Step", { selected: "b", fallback: { x: 0, y: 0 } });
  const next = withLevel(graph, layers, ["my_part_1"], more.graph);
  expect(next.blocks?.my_part?.nodes.map((one) => one.id)).toContain("step_1");
  expect(next.nodes).toBe(graph.nodes);
});

test("wires follow the ports of a block when one goes", () => {
  const two: Graph = {
    ...line,
    nodes: [...line.nodes, node("join", "Join", 300)],
    edges: [...line.edges, wire("start", "join", 0), wire("a", "join", 1)],
  };
  const graph = made(two, ["join"]);
  const before = graph.edges.filter((edge) => edge.target === graph.id);
  expect(wires(before)).toEqual(["a>my_part_1:1", "start>my_part_1:0"]);
  const inside = levelAt(graph, [graph.id]) as Graph;
  const [first] = doors(layers, inside, "input");
  const next = withLevel(graph, layers, [graph.id], removeNodes(inside, layers, new Set([first?.id ?? ""])));
  expect(wires(next.edges.filter((edge) => edge.target === graph.id))).toEqual(["a>my_part_1:0"]);
});

test("with the last node of a block its drawing goes too", () => {
  const graph = made(line, ["a", "b"]);
  const gone = withLevel(graph, layers, [], removeNodes(graph, layers, new Set([graph.id])));
  expect(gone.blocks).toBeUndefined();
  expect(wires(gone.edges)).toContain("start>c:0");
});

test("a path that leads nowhere ends where it still stands", () => {
  const graph = made(line, ["a", "b"]);
  expect(standing(graph, ["my_part_1", "nothing"])).toEqual(["my_part_1"]);
  expect(levelAt(graph, ["c"])).toBeNull();
  expect(blockNameAt(graph, ["my_part_1"])).toBe("my_part");
  expect(placeOf("outer_1/inner_1/a")).toEqual({ at: ["outer_1", "inner_1"], id: "a" });
});

test("a block within a block is pasted with both drawings, and equal ones are used again", () => {
  const inner = made(line, ["b"], "Inner");
  const outer = made(inner, ["a", inner.id], "Outer");
  const part = snippet(outer, new Set([outer.id]));
  expect(Object.keys(part.blocks ?? {}).sort()).toEqual(["inner", "outer"]);
  const here = paste(outer, part, { x: 0, y: 0 });
  expect(Object.keys(here.graph.blocks ?? {})).toHaveLength(2);
  const other: Graph = {
    ...line,
    blocks: { outer: { title: "Else", description: "", nodes: [], edges: [] } },
  };
  const there = paste(other, part, { x: 0, y: 0 });
  expect(Object.keys(there.graph.blocks ?? {}).sort()).toEqual(["inner", "outer", "outer_2"]);
  expect(findNode(there.graph, there.ids[0])?.config.block).toBe("outer_2");
});

test("a block of the library is copied once, wherever its nodes were moved to since", () => {
  const graph = made(line, ["a", "b"]);
  const document = documentOf(graph, "my_part");
  if (!document) throw new Error("there is no such block");
  const moved = { ...document, nodes: document.nodes.map((one) => ({ ...one, position: { x: 9, y: 9 } })) };
  const again = adoptDocument(graph, moved);
  expect(again.name).toBe("my_part");
  expect(again.graph).toBe(graph);
  const changed = adoptDocument(graph, { ...document, nodes: document.nodes.slice(0, 2) });
  expect(changed.name).toBe("my_part_2");
  expect(adopt(line, {}).graph).toBe(line);
});

test("a node can have a block of its own, which leaves the other copies alone", () => {
  const graph = made(line, ["b"]);
  const twice = paste(graph, snippet(graph, new Set([graph.id])), { x: 0, y: 90 }).graph;
  expect(users(twice, "my_part")).toBe(2);
  const own = ownCopy(twice, graph.id);
  expect([users(own, "my_part"), users(own, "my_part_2")]).toEqual([1, 1]);
  expect(own.blocks?.my_part_2?.title).toBe("My part 2");
  expect(describeBlock(own, "my_part", { title: "Other" }).blocks?.my_part?.title).toBe("Other");
});

test("the ports of a block carry what flows into them outside", () => {
  const graph = made(line, ["a", "b"]);
  const report = {
    nodes: {
      start: { shape: [4, 4], dtype: "float32", parameters: 0 },
      "my_part_1/b": { shape: [8], dtype: "float32", parameters: 0 },
    },
    parameters: { trainable: 0, non_trainable: 0, total: 0 },
    problems: [],
    inputs: {},
    targets: {},
    monitors: [],
  };
  expect(flowing(graph, layers, report, ["my_part_1", "start_1"])?.shape).toEqual([4, 4]);
  expect(flowing(graph, layers, report, ["my_part_1", "end_1"])?.shape).toEqual([8]);
  expect(flowing(graph, layers, report, ["c"])).toBeUndefined();
});

test("a remedy inside a block is applied there", () => {
  const fix = { label: "Insert", insert: { type: "Step", config: {}, before: "my_part_1/b", port: 0 } };
  const local = localFix(fix, "my_part_1/b");
  expect([local.at, local.node, local.fix.insert?.before]).toEqual([["my_part_1"], "b", "b"]);
});

test("wires start at the output they are drawn from, each at its own", () => {
  const first = connect(line, layers, "a", "c", 0, 1);
  expect(wires(first.edges)).toContain("a.1>c:0");
  expect(wires(connect(first, layers, "a", "c", 0).edges)).toContain("a>c:0");
});

test("titles become names in the code", () => {
  expect(["U-Net down step", "Ünïque", "3 times", "—"].map(slug)).toEqual([
    "u_net_down_step",
    "unique",
    "block",
    "block",
  ]);
});
