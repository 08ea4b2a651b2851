import { expect, test } from "vitest";
import { asFigure, themed } from "./figures";

const token = (name: string) => `colour of ${name}`;

test("a figure takes the colours of the page and keeps what it says of its axes", () => {
  const drawn = themed({ data: [], layout: { xaxis: { title: { text: "Age" }, range: [0, 9] } } }, token);
  expect(drawn.layout.xaxis).toMatchObject({
    range: [0, 9],
    gridcolor: "colour of line",
    exponentformat: "e",
    title: { text: "Age" },
  });
});

test("a scale of values runs between two colours of the page", () => {
  const scaled = { type: "bar", marker: { color: [1], colorscale: "RdBu" } };
  const [trace, plain] = themed({ data: [scaled, { type: "bar" }], layout: {} }, token).data;
  expect(trace?.marker).toMatchObject({
    color: [1],
    colorscale: [
      [0, "colour of validation"],
      [0.5, "colour of panel"],
      [1, "colour of train"],
    ],
  });
  expect(plain).toEqual({ type: "bar" });
});

test("what is no figure is not drawn", () => {
  expect(asFigure(null)).toBeNull();
  expect(asFigure({ data: [] })).toBeNull();
});
