import { expect, test } from "vitest";
import { type ChartView, readView, writeView } from "./chartView";

const nothing = { chart: null, x: null, log: null, smooth: null, zoom: null };
const usual = readView(nothing);

test("an address that says nothing shows everything as usual", () => {
  expect(usual).toEqual({ chart: null, xAxis: "epoch", logX: false, logY: false, smoothing: 0, zoom: null });
  expect(writeView(usual, {})).toEqual(nothing);
});

test("a view comes back from its address as it was", () => {
  const view: ChartView = {
    chart: "auc",
    xAxis: "time",
    logX: true,
    logY: true,
    smoothing: 0.65,
    zoom: [-0.5, 12.25],
  };
  const written = Object.fromEntries(
    Object.entries(writeView(view, {})).map(([key, value]) => [key, value === null ? null : String(value)]),
  );
  expect(readView(written as typeof nothing)).toEqual(view);
});

test("another x axis ends the zoom, another scale keeps it", () => {
  const zoomed: ChartView = { ...usual, zoom: [1, 2] };
  expect(writeView(zoomed, { xAxis: "step" }).zoom).toBeNull();
  expect(writeView(zoomed, { logY: true })).toMatchObject({ log: "y", zoom: "1..2" });
});

test("nonsense in an address counts as not said", () => {
  const wrong = { chart: null, x: "miles", log: "none", smooth: "7", zoom: "9..3" };
  expect(readView(wrong)).toEqual(usual);
  expect(readView({ ...nothing, zoom: "1..x" }).zoom).toBeNull();
});
