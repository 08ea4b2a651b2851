import { expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { nodeStates, signWithin } from "./inside";
import { insideOf } from "./layerHistory";
import { RunFeed } from "./run";

const remark = { layer: "block/b", code: "dead_units", sign: "92% dead", message: "m", hint: "h" };
const look = (seq: number, epoch: number, gradient: number) =>
  ({
    seq,
    type: "layers",
    time: "2026-01-01T00:00:00Z",
    epoch,
    rows: 64,
    layers: [
      { name: "a", gradient, size: 8, units: 4 },
      { name: "block/b", dead: 0.92, units: 50 },
    ],
    remarks: [remark],
  }) as unknown as RunEvent;

test("the looks at the layers become curves over the epochs, the newest one the status", () => {
  const feed = new RunFeed(1);
  feed.append([look(1, 2, 0.5), look(2, 7, 0.25)]);
  const curve = feed.layers.byLayer.get("a")?.get("gradient");
  expect([...(curve?.x.view() ?? [])]).toEqual([2, 7]);
  expect([...(curve?.y.view() ?? [])]).toEqual([0.5, 0.25]);
  expect(feed.layers.byLayer.get("a")?.has("dead")).toBe(false);
  expect(insideOf(feed.status.layers)?.epoch).toBe(7);
});

test("a node shows its own layer, a folded block the first trouble inside it", () => {
  const states = nodeStates(insideOf(look(1, 2, 0.5)));
  expect(states.get("a")).toEqual({ row: { name: "a", gradient: 0.5, size: 8, units: 4 }, remark: null });
  expect(states.get("block/b")?.remark?.sign).toBe("92% dead");
  expect(signWithin(states, "block")?.remark?.layer).toBe("block/b");
  expect(signWithin(states, "blo")).toBeUndefined();
  expect(nodeStates(null).size).toBe(0);
});
