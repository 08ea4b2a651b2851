import { expect, test } from "vitest";
import type { Schema } from "../../api/types";
import { plain, settingWords } from "./settingWords";

const SCHEMA = {
  properties: {
    metrics: {
      type: "array",
      title: "Metrics",
      items: { type: "string", enum: ["rmse", "mape"] },
      "x-words": { rmse: "RMSE", mape: "MAPE" },
    },
    scores: {
      title: "Scores",
      anyOf: [{ type: "array", items: { type: "string", enum: ["rmse"] } }, { type: "null" }],
      "x-usual": "usual_metrics",
      "x-empty": "only the loss",
    },
    optimizer: {
      title: "Optimizer",
      discriminator: { propertyName: "type" },
      oneOf: [
        {
          title: "Adam",
          properties: { type: { const: "Adam" }, learning_rate: { title: "Learning Rate", type: "number" } },
        },
      ],
    },
    early_stopping: {
      title: "Early Stopping",
      default: null,
      anyOf: [{ properties: { min_delta: { title: "Min Delta", type: "number" } } }, { type: "null" }],
    },
  },
} as unknown as Schema;

test("settings and their values are called as in the form", () => {
  const say = settingWords(SCHEMA);
  expect(say.value("metrics", ["rmse", "mape"])).toBe("RMSE, MAPE");
  expect(say.value("metrics", [])).toBe("automatic");
  expect(say.value("scores", [])).toBe("the usual ones");
  expect(say.value("scores", null)).toBe("only the loss");
  expect(say.title("optimizer.type")).toBe("Optimizer");
  expect(say.title("optimizer.learning_rate")).toBe("Optimizer, learning rate");
  expect(say.title("early_stopping.min_delta")).toBe("Early stopping, min delta");
  expect(say.value("early_stopping.min_delta", null)).toBe("off");
});

test("what was changed while a run went on is told as a change", () => {
  const say = settingWords(SCHEMA);
  expect(say.title("changed.learning_rate")).toBe("Learning rate, changed to");
  expect(say.value("changed.learning_rate", 0.0006)).toBe("0.0006");
  expect(say.value("changed.learning_rate", null)).toBe("not changed");
});

test("lists without a schema read as lists", () => {
  expect([plain([3, 3]), plain([]), plain(true)]).toEqual(["3, 3", "none", "yes"]);
});

test("large numbers are written as everywhere else", () => {
  expect([plain(20000), plain([4520000, 8]), plain(0.00029)]).toEqual(["20,000", "4,520,000, 8", "0.00029"]);
});
