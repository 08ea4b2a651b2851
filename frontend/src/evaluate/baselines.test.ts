import { expect, test } from "vitest";
import { baselineTitle, beatenBy } from "./baselines";

const measures = {
  accuracy: { title: "Accuracy", better: "higher" as const },
  rmse: { title: "RMSE", better: "lower" as const },
  auc: { title: "AUC", better: "higher" as const },
};
const guess = {
  name: "usual",
  description: "Always the mean.",
  validation: {},
  test: { accuracy: 0.6, rmse: 2 },
};

test("the model is told off only where it is no better", () => {
  expect(beatenBy(guess, { accuracy: 0.7, rmse: 1.9, auc: 0.5 }, measures)).toEqual([]);
  expect(beatenBy(guess, { accuracy: 0.6, rmse: 2.1 }, measures)).toEqual(["Accuracy", "RMSE"]);
});

test("what cannot be judged is not", () => {
  expect(beatenBy(guess, { accuracy: null, rmse: 3 }, {})).toEqual([]);
  expect(baselineTitle(guess)).toBe("Guessing");
});
