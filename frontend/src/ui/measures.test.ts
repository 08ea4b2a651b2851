import { expect, test } from "vitest";
import { inSentence, measuresOf, measureTitle, measureValue, steady } from "./measures";

test("figures keep four digits", () => {
  expect(steady(0.86)).toBe("0.8600");
  expect(steady(12.4)).toBe("12.40");
  expect(steady(0)).toBe("0");
  expect(steady(0.00002)).toBe("2.0e-5");
  expect(steady(null)).toBe("—");
});

test("abbreviations keep their capitals inside a sentence", () => {
  expect(inSentence("Accuracy")).toBe("accuracy");
  expect(inSentence("AUC of income")).toBe("AUC of income");
});

test("a measure is called and written as the server says, else by its name", () => {
  const known = measuresOf({ measures: { skill: { title: "Skill", format: "percent" } } });
  expect(measureTitle("skill", known)).toBe("Skill");
  expect(measureValue("skill", 0.9123, known)).toBe("91.23%");
  expect(measureTitle("mean_error", known)).toBe("Mean error");
  expect(measureValue("mean_error", 0.5, known)).toBe("0.5000");
  expect(measuresOf(null)).toEqual({});
});
