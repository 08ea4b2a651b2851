import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { nodeStates, useNodeStates } from "../stores/inside";
import { insideOf } from "../stores/layerHistory";
import { TrainingSign } from "./TrainingSign";

const told = {
  layers: [
    { name: "dense_1", gradient: 0.01234, update: 0.002, size: 8, units: 4 },
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
  expect(screen.getByText("∇ 0.012").title).toBe("Gradient size 0.012; one step moves its weights by 0.20%");
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
