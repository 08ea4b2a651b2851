import { expect, test } from "vitest";
import { probabilities, targetsIn } from "./predict";

const prediction = { income: ">50K", income_probabilities: { "<=50K": 0.2, ">50K": 0.8 }, hours: 41.5 };

test("probabilities come with the likeliest first", () => {
  expect(probabilities(prediction, "income")).toEqual([
    { name: ">50K", chance: 0.8 },
    { name: "<=50K", chance: 0.2 },
  ]);
  expect(probabilities(prediction, "hours")).toEqual([]);
});

test("the targets are the fields that are not probabilities", () => {
  expect(targetsIn(prediction)).toEqual(["income", "hours"]);
});
