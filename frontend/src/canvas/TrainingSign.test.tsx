import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { nodeStates, useNodeStates } from "../stores/inside";
import { insideOf } from "../stores/layerHistory";
import { TrainingSign } from "./TrainingSign";

const told = {
  layers: [
    { name: "dense_1", gradient: 0.01234, update: 0.002, size: 8, mean: 0.1234, std: 2, dead: 0.1, units: 4 },
    { name: "relu_1", mean: 0.1234, std: 0.5678, zeros: 0.4321, dead: 0, units: 4 },
    { name: "lost_1", mean: null, std: null, units: 4 },
    { name: "block/dense_2", gradient: 0.5, size: 8, units: 4 },
  ],
  remarks: [
    { layer: "block/dense_2", code: "dead_units", sign: "92% dead", message: "Most are dead.", hint: "Try." },
  ],
};

afterEach(() => {
  cleanup();
  useNodeStates.setState({ byNode: new Map() });
});

const train = () => useNodeStates.setState({ byNode: nodeStates(insideOf(told as never)) });

test("while a run trains a node shows how strongly its layer learns", () => {
  train();
  render(<TrainingSign name="dense_1" />);
  expect(screen.getByText("∇ 0.012").title).toBe(
    "Gradient size 0.012; one step moves its weights by 0.20%; output 0.12 ± 2 (mean ± spread); 10% of its units never fire",
  );
});

test("a node without weights shows mean and spread of what it gives", () => {
  train();
  render(<TrainingSign name="relu_1" />);
  expect(screen.getByText("0.12 ± 0.57").title).toBe("Output 0.12 ± 0.57 (mean ± spread); 43% zeros");
});

test("a node whose figures are no finite numbers, or that is not told of, bears no sign", () => {
  train();
  const { container } = render(
    <>
      <TrainingSign name="lost_1" />
      <TrainingSign name="dropout_1" />
    </>,
  );
  expect(container.textContent).toBe("");
});

test("what is off with a layer stands on its node, and on the folded block that holds it", () => {
  train();
  render(<TrainingSign name="block/dense_2" />);
  render(<TrainingSign name="block" within />);
  expect(screen.getAllByText("92% dead").map((sign) => [sign.dataset.off, sign.title])).toEqual(
    Array(2).fill(["true", "Most are dead. Try."]),
  );
});

test("while nothing trains a node bears no sign", () => {
  const { container } = render(<TrainingSign name="dense_1" />);
  expect(container.textContent).toBe("");
});
