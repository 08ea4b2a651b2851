import { expect, test } from "vitest";
import type { RunEvent } from "../../api/types";
import { corrected, inputLine, keptWords, said, sureness, verdict } from "./examples";

const output = { target: "income", truth: "high", prediction: "low", confidence: 0.915, right: false };

test("a category is said with its confidence, beside what is true", () => {
  expect(said(output)).toBe("low");
  expect(sureness(output)).toBe("92%");
  expect(corrected(output)).toBe("true: high");
  expect(corrected({ ...output, prediction: "high", right: true })).toBe("");
});

test("a number is said as it is", () => {
  const price = { target: "price", truth: 182000, prediction: 179500.4 };
  expect(said(price)).toBe("179,500");
  expect(sureness(price)).toBe("");
  expect(corrected(price)).toBe("true: 182,000");
});

test("a row is right when all its categories are, and neither when it has none", () => {
  const example = { row: 1, loss: 0.1, outputs: [output, { ...output, right: true }] };
  expect(verdict(example)).toBe("wrong");
  expect(verdict({ ...example, outputs: [{ ...output, right: true }] })).toBe("right");
  expect(verdict({ ...example, outputs: [{ target: "p", truth: 1, prediction: 2 }] })).toBeNull();
});

test("the values of a row stand on one line", () => {
  expect(inputLine({ age: 39, note: null })).toBe("age 39, note —");
});

test("of a run that has ended it is said which epoch the model is of, where the examples are of another", () => {
  const ended = { terminal: { type: "finished", best_epoch: 5 } as unknown as RunEvent };
  expect(keptWords(ended, 891)).toBe("; the model that is kept is that of epoch 5");
  expect([keptWords(ended, 5), keptWords({ terminal: null }, 891)]).toEqual(["", ""]);
});
