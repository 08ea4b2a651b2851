import { expect, test } from "vitest";
import { type Mark, marks } from "./marks";

type Label = { x: number; y: number; text: string; xanchor: string; yanchor: string; hovertext?: string };

const sight = { from: 0, to: 60, log: false, width: 600 };
const labels = (all: Mark[], seen = sight) => marks(all, seen, "").annotations as Label[];
const change = (x: number, text = "learning rate 0.0001"): Mark => ({ x, text, dash: "dash" });

test("labels stand above the chart, where no curve is", () => {
  const found = labels([{ x: 20, text: "best, epoch 20", dash: "dot" }, change(45)]);
  expect(found.map(({ text, y, yanchor }) => [text, y, yanchor])).toEqual([
    ["best, epoch 20", 1, "bottom"],
    ["learning rate 0.0001", 1, "bottom"],
  ]);
});

test("labels of many changes cover no other, and every one says what it is when one points at it", () => {
  const all = [27, 46, 47, 48, 49, 50, 51, 52].map((x) => change(x));
  expect(marks(all, sight, "").shapes).toHaveLength(all.length);
  const found = labels(all);
  const [written, signs] = [
    found.filter(({ text }) => text !== "▾"),
    found.filter(({ text }) => text === "▾"),
  ];
  expect(written.length + signs.length).toBe(all.length);
  expect(written.length).toBeGreaterThan(1);
  expect(signs.length).toBeGreaterThan(0);
  expect(signs.map(({ hovertext }) => hovertext)).toEqual(signs.map(() => "learning rate 0.0001"));
  const spans = written.map(({ x, text, xanchor }) => {
    const wide = 0.55 * text.length;
    return xanchor === "left" ? [x, x + wide] : [x - wide, x];
  });
  for (const [from = 0, to = 0] of spans)
    expect(spans.filter(([start = 0, end = 0]) => start < to && end > from)).toHaveLength(1);
});

test("a label near an end of the chart stands on the other side of its line", () => {
  expect(labels([change(58), change(2, "patience 9")]).map(({ xanchor }) => xanchor)).toEqual([
    "right",
    "left",
  ]);
});

test("where one has zoomed in, only what is in sight is labelled", () => {
  const found = labels([change(5), change(45)], { ...sight, from: 40, to: 50 });
  expect(found.map(({ x }) => x)).toEqual([45]);
});
