import { expect, test } from "vitest";
import { Series } from "../stores/series";
import { epochTable } from "./epochs";

function curve(...points: [number, number][]): Series {
  const series = new Series();
  for (const [x, y] of points) series.push(x, y);
  return series;
}

test("the curves by epoch become one row for each epoch; curves by step are left out", () => {
  const table = epochTable(
    new Map([
      ["progress.loss", curve([10, 0.9])],
      ["train.loss", curve([1, 0.8], [2, 0.6])],
      ["validation.loss", curve([1, 0.7])],
    ]),
  );
  expect(table.names).toEqual(["loss"]);
  expect(table.rows).toEqual([
    { epoch: 1, train: { loss: 0.8 }, validation: { loss: 0.7 } },
    { epoch: 2, train: { loss: 0.6 }, validation: {} },
  ]);
});
