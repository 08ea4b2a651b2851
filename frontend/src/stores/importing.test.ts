import { expect, test } from "vitest";
import { modelName, parseModel } from "./importing";

test("a model is called what it calls itself, in every version of the format", () => {
  expect(modelName({ class_name: "Model", config: { name: "reader" } })).toBe("reader");
  expect(modelName({ name: "older", layers: [] })).toBe("older");
  expect(modelName({ class_name: "Sequential", config: [] })).toBe("Imported model");
  expect(modelName([1, 2])).toBe("Imported model");
});

test("what is no JSON is refused in plain words", () => {
  expect(() => parseModel("import keras")).toThrow("This is not the JSON of a model.");
  expect(parseModel('{"a": 1}')).toEqual({ a: 1 });
});
