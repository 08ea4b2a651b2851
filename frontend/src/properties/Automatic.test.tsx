import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Settings } from "../api/types";
import { useChecking } from "../stores/checking";
import { AutomaticLoss, BalancedWeights } from "./Automatic";

afterEach(cleanup);

function said(targets: { [name: string]: string | null }, settings: Settings = {}): string | null {
  const told = Object.entries(targets).map(([name, usual_loss]) => [name, { usual_loss }]);
  useChecking.setState({ report: { targets: Object.fromEntries(told) } as never });
  return render(<AutomaticLoss settings={settings} />).container.textContent;
}

test("the form says which loss is taken, once for targets that share it and by name where they differ", () => {
  expect(said({ a: "squared", b: "squared" })).toBe("Auto is here: squared");
  expect(said({ a: "squared", b: "crossed" })).toBe("Auto is here: a: squared · b: crossed");
});

test("nothing is said of the loss while no output answers for the target", () => {
  expect(said({ a: null })).toBe("");
});

test("of a target whose loss is chosen, for itself or for all, nothing is said", () => {
  const targets = { a: "squared", b: "crossed" };
  expect(said(targets, { loss: "auto", outputs: { a: { loss: { type: "huber" } } } })).toBe(
    "Auto is here: crossed",
  );
  expect(said(targets, { loss: { type: "huber", delta: 2 }, outputs: { b: { loss: "auto" } } })).toBe(
    "Auto is here: crossed",
  );
  expect(said(targets, { loss: "huber", outputs: { a: { loss: null } } })).toBe("");
});

function balanced(
  targets: { [name: string]: { [name: string]: number[] } },
  settings: Settings,
  own?: string,
): string | null {
  const told = Object.entries(targets).map(([name, balanced]) => [name, { balanced }]);
  useChecking.setState({ report: { targets: Object.fromEntries(told) } as never });
  return render(<BalancedWeights settings={settings} own={own} />).container.textContent;
}

test("balanced weights tell what they come to, of labels for no and yes", () => {
  const class_weights = { type: "balanced" };
  const fraud = { no: [0.50087], yes: [288.33] };
  expect(balanced({ fraud }, { class_weights })).toBe("Balanced is here: no 0.5009 · yes 288.3");
  expect(balanced({ fraud, age: {}, tags: { red: [0.6, 3] } }, { class_weights })).toBe(
    "Balanced is here: fraud: no 0.5009, yes 288.3 · tags: red no 0.6, yes 3",
  );
  const own = { outputs: { fraud: { class_weights: "equal" } } };
  expect(balanced({ fraud, age: {} }, { class_weights, ...own })).toBe("");
  expect(balanced({ fraud }, { class_weights: { type: "equal" } })).toBe("");
});

test("the weights of an output that has its own stand with it, and not with those for all", () => {
  const targets = { fraud: { no: [0.5], yes: [288] }, town: { a: [1], b: [2] } };
  const settings = { class_weights: "balanced", outputs: { fraud: { class_weights: "balanced" }, town: {} } };
  expect(balanced(targets, settings)).toBe("Balanced is here: town: a 1, b 2");
  expect(balanced(targets, settings, "fraud")).toBe("Balanced is here: no 0.5 · yes 288");
  expect(balanced(targets, settings, "town")).toBe("");
});

test("of many classes a few weights are told, and how many more there are", () => {
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, place) => [`c${place}`, [1]]));
  expect(balanced({ many }, { class_weights: "balanced" })).toMatch(/c7 1 · 2 more$/);
});
