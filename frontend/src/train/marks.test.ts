import { expect, test } from "vitest";
import { type Mark, marks } from "./marks";

type Label = { x: number; y: number; text: string; xanchor: string; yanchor: string; hovertext?: string };

const colours = { ink: "", mute: "", line: "", panel: "" };
const sight = { from: 0, to: 60, log: false, width: 600 };
const labels = (all: Mark[], seen = sight) => marks(all, seen, colours).annotations as Label[];
const change = (x: number, text = "learning rate 0.0001"): Mark => ({ x, text, dash: "dash" });

test("labels stand above the chart, where no curve is", () => {
  const found = labels([{ x: 20, text: "best, epoch 20", dash: "dot" }, change(45)]);
  expect(found.map(({ text, y, yanchor }) => [text, y, yanchor])).toEqual([
    ["best, epoch 20", 1, "bottom"],
    ["learning rate 0.0001", 1, "bottom"],
  ]);
});

test("labels of many changes cover no other, and every one is said where one points at its sign", () => {
  const all = [27, 46, 47, 48, 49, 50, 51, 52].map((x) => change(x, `learning rate ${x}`));
  expect(marks(all, sight, colours).shapes).toHaveLength(all.length);
  const found = labels(all);
  const [written, signs] = [
    found.filter(({ text }) => text !== "▾"),
    found.filter(({ text }) => text === "▾"),
  ];
  const pointed = signs.flatMap(({ hovertext }) => hovertext?.split("<br>") ?? []);
  const said = [...written.map(({ text }) => text), ...pointed];
  expect(said.sort()).toEqual(all.map(({ text }) => text));
  expect(written.length).toBeGreaterThan(1);
  const spans = written.map(({ x, text, xanchor }) => {
    const wide = 0.55 * text.length;
    return xanchor === "left" ? [x, x + wide] : [x - wide, x];
  });
  for (const [from = 0, to = 0] of spans)
    expect(spans.filter(([start = 0, end = 0]) => start < to && end > from)).toHaveLength(1);
  const places = signs.map(({ x }) => x);
  for (const [one, other] of places.slice(1).map((x, place) => [places[place] ?? 0, x]))
    expect((other ?? 0) - (one ?? 0)).toBeGreaterThan(0.9); // of 60 on 600 pixels
});

test("very many changes are only hinted at, so that their lines do not hide the curves; the best epoch stays", () => {
  const best: Mark = { x: 3, text: "best, epoch 3", dash: "dot" };
  const lines = (all: Mark[]) => marks(all, sight, colours).shapes as { y0: number }[];
  const short = (all: Mark[]) => lines(all).filter(({ y0 }) => y0 > 0.5).length;
  const many = Array.from({ length: 40 }, (_, place) => change(10 + place));
  expect(short([best, ...many])).toBeGreaterThan(30);
  expect(lines([best, ...many])[0]?.y0).toBe(0);
  expect(short([{ ...best, text: "" }, ...many.map((one) => ({ ...one, text: "" }))])).toBe(40);
  expect(short(many.slice(0, 6))).toBe(0);
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
