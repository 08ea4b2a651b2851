import { expect, test } from "vitest";
import { extent, layout } from "./layout";

const colours = { train: "", validation: "", ink: "", mute: "", line: "", panel: "" };
const trace = { type: "scatter", mode: "lines", name: "", x: [0, 1, 2, 3], y: [100, 4, 8, -1] } as const;

test("a zoomed chart is as high as what is in sight, with a little room", () => {
  const [low, high] = extent([trace], [1, 2], false) ?? [];
  expect(low).toBeCloseTo(4 - 0.24);
  expect(high).toBeCloseTo(8 + 0.24);
});

test("on a logarithmic axis only what is above 0 counts", () => {
  const [low, high] = extent([trace], [1, 3], true) ?? [];
  expect(low).toBeGreaterThan(3.5);
  expect(high).toBeLessThan(9);
  expect(extent([trace], [3, 3], true)).toBeNull();
});

test("a band makes a chart higher, but a wild one no more than three times as high as its lines", () => {
  const band = { ...trace, y: [9000, 9000, -20, -20], fill: "toself" } as const;
  const [low, high] = extent([band, trace], null, false) ?? [];
  const room = 0.06 * (201 + 20);
  expect(low).toBeCloseTo(-20 - room);
  expect(high).toBeCloseTo(201 + room);
});

test("large and small values are written with an e, never with a raised power that brings styles of its own", () => {
  const view = { xAxis: "epoch", logX: false, logY: false, zoom: null } as const;
  const { xaxis, yaxis } = layout({ revision: "", xTitle: "Epoch", colours, view }, [trace]);
  for (const axis of [xaxis, yaxis]) expect(axis).toMatchObject({ exponentformat: "e" });
});

test("a chart without anything to draw shows no numbers that nothing stands for", () => {
  const view = { xAxis: "epoch", logX: false, logY: false, zoom: null } as const;
  const { xaxis, yaxis } = layout({ revision: "", xTitle: "Epoch", colours, view }, []);
  for (const axis of [xaxis, yaxis]) expect(axis).toMatchObject({ range: [0, 1], showticklabels: false });
});

test("a stretch between two points is as high as the line that passes through it", () => {
  const [low, high] = extent([trace], [1.25, 1.75], false) ?? [];
  expect(low).toBeCloseTo(5 - 0.06 * 2);
  expect(high).toBeCloseTo(7 + 0.06 * 2);
});
