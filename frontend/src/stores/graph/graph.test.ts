import { expect, test } from "vitest";
import { paste, snippet } from "./clipboard";
import { addAfter, addNode, moveNodes, removeNodes, renameNode } from "./commands";
import { applyFix } from "./fixes";
import { lostNodes } from "./lost";
import { freeId, idProblem, snakeCase } from "./names";
import { summary } from "./summary";
import { chain, layers } from "./testing";
import { canConnect, connect, edgeKey, reconnect, removeEdges, swapInputs, wireProblem } from "./wires";

const wires = (graph: typeof chain) => graph.edges.map(edgeKey).sort();
const origin = { x: 0, y: 0 };

test("it names layers as Keras does", () => {
  expect(["Fold2D", "WideFolding2D", "VeryWideFolding2D", "Plain"].map(snakeCase)).toEqual([
    "fold2d",
    "wide_folding2d",
    "very_wide_folding2d",
    "plain",
  ]);
  expect(freeId("plain", new Set(["plain_1", "plain_2"]))).toBe("plain_3");
});

test("it refuses ids that cannot be Python names or are taken", () => {
  expect(idProblem(chain, "step_1", "step_2")).toBeNull();
  expect(idProblem(chain, "step_1", "2nd")).toContain("start with a letter");
  expect(idProblem(chain, "step_1", "lambda")).toContain("Python");
  expect(idProblem(chain, "step_1", "end_1")).toContain("Another layer");
});

test("a layer added after a selected one goes into its wire and pushes the rest down", () => {
  const { graph, id } = addAfter(chain, layers, "Step", { selected: "step_1", fallback: origin });
  expect(wires(graph)).toEqual(["start_1>step_1:0", "step_1>step_2:0", "step_2>end_1:0"]);
  const y = (name: string) => graph.nodes.find((node) => node.id === name)?.position.y ?? 0;
  expect(y(id)).toBe(248);
  expect(y("end_1")).toBeGreaterThanOrEqual(y(id) + 78);
});

test("a merge added after a selected layer becomes a branch of it", () => {
  const { graph } = addAfter(chain, layers, "Join", { selected: "start_1", fallback: origin });
  expect(wires(graph)).toContain("start_1>join_1:0");
  expect(wires(graph)).toContain("start_1>step_1:0");
});

test("without a selection a new layer follows the only open end", () => {
  const open = removeNodes(chain, layers, new Set(["end_1"]));
  const { graph } = addAfter(open, layers, "End", { selected: null, fallback: origin });
  expect(wires(graph)).toContain("step_1>end_1:0");
});

test("a wire may not close a circle, leave an end or enter a start", () => {
  expect(canConnect(chain, layers, "step_1", "step_1")).toBe(false);
  expect(canConnect(chain, layers, "end_1", "step_1")).toBe(false);
  expect(canConnect(chain, layers, "step_1", "start_1")).toBe(false);
  const longer = addAfter(chain, layers, "Step", { selected: "step_1", fallback: origin }).graph;
  expect(canConnect(longer, layers, "step_2", "step_1")).toBe(false);
  expect(canConnect(longer, layers, "start_1", "end_1")).toBe(true);
});

test("a refused wire says why", () => {
  const longer = addAfter(chain, layers, "Step", { selected: "step_1", fallback: origin }).graph;
  expect(wireProblem(longer, layers, "step_2", "step_1")).toBe(
    "A wire from step_2 to step_1 would close a loop.",
  );
  expect(wireProblem(chain, layers, "step_1", "start_1")).toContain("takes no input");
  expect(wireProblem(chain, layers, "end_1", "step_1")).toContain("nothing comes out");
  expect(wireProblem(chain, layers, "start_1", "end_1")).toBeNull();
});

test("a layer that reaches no end leads nowhere, but not while there is no end", () => {
  expect([...lostNodes(chain, layers)]).toEqual([]);
  const branch = connect(addNode(chain, "Step", origin).graph, layers, "start_1", "step_2");
  expect([...lostNodes(branch, layers)]).toEqual(["step_2"]);
  const open = removeNodes(branch, layers, new Set(["end_1"]));
  expect(lostNodes(open, layers).size).toBe(0);
});

test("a new wire takes over the port of a layer with one input", () => {
  expect(wires(connect(chain, layers, "start_1", "end_1"))).toEqual(["start_1>end_1:0", "start_1>step_1:0"]);
});

test("a merge takes wires at its next free port, and closes gaps when one goes", () => {
  const { graph: bare } = addNode(chain, "Join", origin);
  const joined = connect(connect(bare, layers, "start_1", "join_1"), layers, "step_1", "join_1");
  expect(wires(joined)).toContain("step_1>join_1:1");
  expect(wires(swapInputs(joined, "join_1", 0, 1))).toContain("start_1>join_1:1");
  const left = removeEdges(joined, layers, new Set(["start_1>join_1:0"]));
  expect(wires(left)).toContain("step_1>join_1:0");
});

test("an end of a wire can be moved", () => {
  const { graph } = addNode(chain, "Step", origin);
  const moved = reconnect(
    graph,
    layers,
    { source: "step_1", target: "end_1", port: 0 },
    { source: "step_1", target: "step_2", port: 0 },
  );
  expect(wires(moved)).toEqual(["start_1>step_1:0", "step_1>step_2:0"]);
});

test("removing a layer of a chain keeps the chain whole", () => {
  const graph = removeNodes(chain, layers, new Set(["step_1"]));
  expect(wires(graph)).toEqual(["start_1>end_1:0"]);
});

test("renaming follows wires and shared weights", () => {
  const shared = {
    ...chain,
    nodes: chain.nodes.map((n) => (n.id === "end_1" ? { ...n, shares: "step_1" } : n)),
  };
  const graph = renameNode(shared, "step_1", "middle");
  expect(wires(graph)).toEqual(["middle>end_1:0", "start_1>middle:0"]);
  expect(graph.nodes.at(-1)?.shares).toBe("middle");
});

test("moving to the same place changes nothing", () => {
  expect(moveNodes(chain, new Map([["step_1", { x: 0, y: 124.2 }]]))).toBe(chain);
});

test("a pasted part has new ids and its own wires", () => {
  const part = snippet(chain, new Set(["step_1", "end_1"]));
  const { graph, ids } = paste(chain, part, { x: 30, y: 30 });
  expect(ids).toEqual(["step_2", "end_2"]);
  expect(wires(graph)).toContain("step_2>end_2:0");
  expect(graph.nodes).toHaveLength(5);
});

test("a fix inserts a layer before the node it names", () => {
  const fix = { label: "Insert", insert: { type: "Step", config: { size: 3 }, before: "end_1", port: 0 } };
  const { graph, node } = applyFix(chain, layers, fix, null);
  expect(wires(graph)).toEqual(["start_1>step_1:0", "step_1>step_2:0", "step_2>end_1:0"]);
  expect(graph.nodes.find((other) => other.id === node)?.config).toEqual({ size: 3 });
});

test("a fix sets, connects and removes", () => {
  const set = applyFix(chain, layers, { label: "", set: { node: "step_1", config: { size: 2 } } }, null);
  expect(set.graph.nodes[1]?.config).toEqual({ size: 2 });
  const wire = { label: "", connect: { source: "start_1", target: "end_1", port: 0 } };
  expect(wires(applyFix(chain, layers, wire, null).graph)).toContain("start_1>end_1:0");
  const gone = applyFix(chain, layers, { label: "", remove: { node: "end_1" } }, null);
  expect(gone.graph.nodes).toHaveLength(2);
});

test("the summary fills the templates with settings or their defaults", () => {
  const layer = {
    type: "Any",
    family: "Any",
    title: "Any",
    doc: "",
    schema: {
      properties: {
        size: { default: [3, 3], "x-summary": "{} wide" },
        rate: { default: 0.5, "x-summary": "rate {}" },
        name: { default: "x" },
      },
    },
    inputs: { min: 1, max: 1 },
    outputs: 1,
  };
  expect(summary(layer, { rate: 0.2 })).toBe("3×3 wide · rate 0.2");
  layer.schema.properties.size = { default: [3, 3], "x-summary": "{} words" };
  expect(summary(layer, { size: 1, rate: 0.2 })).toBe("1 word · rate 0.2");
  layer.schema.properties.size = { default: [3, 3], "x-summary": "{} entries" };
  expect(summary(layer, { size: 1, rate: 0.2 })).toBe("1 entry · rate 0.2");
  layer.schema.properties.size = { default: [3, 3], "x-summary": "{} words" };
  expect(summary(layer, { size: 12000, rate: 1 })).toBe("12,000 words · rate 1");
});
