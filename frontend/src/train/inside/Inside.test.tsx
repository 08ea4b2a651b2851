import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunEvent } from "../../api/types";
import { RunFeed } from "../../stores/run";
import { Inside } from "./Inside";

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const LOOK = {
  seq: 1,
  type: "layers",
  time: "2026-01-01T00:00:00Z",
  epoch: 2,
  rows: 64,
  layers: [
    { name: "dense_1", gradient: 0.5, mean: 0.3, std: 1, dead: 0.125, zeros: 0.5, size: 8, units: 8 },
    { name: "pool_1", mean: 0.25, std: 0.5, zeros: 0.2, units: 8 },
    { name: "two/dense_2", gradient: null, mean: null, std: null, size: 8, units: 4 },
  ],
  remarks: [
    {
      layer: "two/dense_2",
      code: "exploding_gradient",
      sign: "exploding gradient",
      message: "Large.",
      hint: "Clip.",
    },
    {
      layer: "dense_1",
      code: "vanishing_gradient",
      sign: "vanishing gradient",
      message: "Small.",
      hint: "Relu.",
    },
  ],
} as unknown as RunEvent;

/** The rows of the table once a figure is chosen. */
function table(figure: string, look = LOOK): string[][] {
  const feed = new RunFeed(5);
  feed.append([look]);
  render(
    <MantineProvider env="test">
      <Inside project={3} feed={feed} status={feed.status} loading={false} />
    </MantineProvider>,
  );
  fireEvent.change(screen.getByLabelText("Figure of the layers"), { target: { value: figure } });
  return screen
    .getAllByRole("row")
    .map((row) => [
      within(row).getByRole("rowheader").textContent ?? "",
      within(row).getAllByRole("cell").at(-1)?.textContent ?? "",
    ]);
}

test("layers without weights are listed with what they give", () => {
  expect(table("mean")).toEqual([
    ["dense_1", "0.300"],
    ["pool_1", "0.250"],
    ["two/dense_2", "not finite"],
  ]);
});

test("a small share of dead units is listed wherever it is known", () => {
  expect(table("dead")).toEqual([["dense_1", "13%"]]);
});

test("the share of zeros is listed of layers with and without weights", () => {
  expect(table("zeros")).toEqual([
    ["dense_1", "50%"],
    ["pool_1", "20%"],
  ]);
});

test("what is off leads to its layers in the drawing, which may stand inside a block", () => {
  table("gradient");
  const links = screen.getAllByRole("link");
  expect(links.map((link) => [link.textContent, link.getAttribute("href")])).toEqual([
    ["two/dense_2", "/projects/3/design?in=two&node=dense_2"],
    ["dense_1", "/projects/3/design?node=dense_1"],
  ]);
});

test("trouble that many layers have is told once, so that the cause is not lost among its effects", () => {
  const code = { code: "no_gradient", sign: "no gradient", message: "No gradient.", hint: "Look." };
  const many = Array.from({ length: 10 }, (_, place) => ({ ...code, layer: `dense_${place}` }));
  const dead = { code: "dead_units", sign: "100% dead", message: "Dead.", hint: "Try.", layer: "relu_1" };
  table("gradient", { ...LOOK, remarks: [...many, dead] } as unknown as RunEvent);
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    `No gradient. Look.The same in 10 layers: ${many
      .slice(0, 8)
      .map(({ layer }) => layer)
      .join(", ")} and 2 more`,
    "Dead. Try.Show relu_1",
  ]);
});
