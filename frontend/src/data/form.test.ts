import { expect, test } from "vitest";
import { choices, finer } from "./form";
import { form } from "./testing";

const number = { role: "feature", kind: "number", fill: "mean", encode: "none", scale: "none" } as const;

test("a feature can take what suits its kind, a target only scales that lead back", () => {
  expect(choices(form, number, "scale")).toContain("quantile");
  expect(choices(form, { ...number, role: "target" }, "scale")).toEqual(["standard", "minmax", "none"]);
  expect(choices(form, { ...number, role: "target" }, "fill")).toEqual([]);
});

test("only the finer settings that matter are offered", () => {
  expect(finer(form, false, number)).toEqual(["indicator", "clip"]);
  expect(finer(form, false, { ...number, fill: "constant" })).toContain("fill_value");
  expect(finer(form, true, number)).toContain("difference");
  expect(finer(form, true, { ...number, role: "target" })).toEqual(["loose", "difference"]);
  expect(finer(form, false, { ...number, role: "time" })).toEqual([]);
  const city = { role: "feature", kind: "category", encode: "one_hot" } as const;
  expect(finer(form, false, city)).toEqual(["case", "minimum_count", "size"]);
  const when = { role: "feature", kind: "date", encode: "timestamp" } as const;
  expect(finer(form, false, when)).toEqual([]);
});

test("values have the names the server gives them", () => {
  expect(form.word("one_hot")).toBe("One-hot");
  expect(form.word("unheard_of")).toBe("unheard_of");
  expect(form.roles).toContain("time");
});
