import { expect, test } from "vitest";
import {
  branchOf,
  type Control,
  fieldsOf,
  parseNumber,
  parseNumbers,
  placeOf,
  sentence,
  stepped,
  writtenOut,
} from "./fields";
import type { Schema } from "./types";

const schema: Schema = {
  type: "object",
  $defs: {
    Slow: {
      type: "object",
      description: "Careful.",
      properties: { type: { const: "Slow" }, rate: { type: "number", default: 0.1, exclusiveMinimum: 0 } },
    },
    Fast: {
      type: "object",
      title: "As fast as can be",
      properties: {
        type: { const: "Fast" },
        rate: { type: "number", default: 1 },
        boost: { type: "boolean", default: false },
      },
    },
    Stop: { type: "object", properties: { patience: { type: "integer", default: 25 } } },
  },
  properties: {
    format: { const: 1 },
    secret: { type: "integer", "x-hidden": true },
    batch_size: { type: "integer", title: "Batch Size", default: 32, minimum: 1, maximum: 100 },
    kernel: {
      type: "array",
      default: [3, 3],
      minItems: 2,
      maxItems: 2,
      prefixItems: [
        { type: "integer", minimum: 1 },
        { type: "integer", minimum: 1 },
      ],
    },
    strides: { anyOf: [{ type: "array", items: { type: "integer" } }, { type: "null" }], default: null },
    padding: { enum: ["same", "valid"], default: "same" },
    rule: {
      oneOf: [{ $ref: "#/$defs/Slow" }, { $ref: "#/$defs/Fast" }, { enum: ["Slow", "Fast"] }],
      discriminator: { propertyName: "type" },
    },
    stop: { anyOf: [{ $ref: "#/$defs/Stop" }, { type: "null" }], default: null },
    name: { type: "string", "x-source": "inputs", default: "features" },
    seed: { type: "integer", default: 0, "x-advanced": true },
  },
};

const fields = fieldsOf(schema);
const field = (name: string) => fields.find((each) => each.name === name);

test("constants and hidden settings are not shown", () => {
  expect(fields.map((each) => each.name)).not.toContain("format");
  expect(fields.map((each) => each.name)).not.toContain("secret");
});

test("each setting gets the control its schema asks for", () => {
  const kinds = Object.fromEntries(fields.map((each) => [each.name, each.control.kind]));
  expect(kinds).toEqual({
    batch_size: "number",
    kernel: "numbers",
    strides: "numbers",
    padding: "choice",
    rule: "union",
    stop: "object",
    name: "source",
    seed: "number",
  });
  expect(field("strides")?.nullable).toBe(true);
  expect(field("stop")?.nullable).toBe(true);
  expect(field("seed")?.advanced).toBe(true);
  expect(field("batch_size")?.label).toBe("Batch size");
});

test("another branch of a union keeps what was changed and begins with its own defaults", () => {
  const control = field("rule")?.control as Extract<Control, { kind: "union" }>;
  expect(branchOf(control, "Fast", { type: "Slow", rate: 0.5 })).toEqual({
    type: "Fast",
    rate: 0.5,
    boost: false,
  });
  expect(branchOf(control, "Fast", { type: "Slow", rate: 0.1 })).toEqual({
    type: "Fast",
    rate: 1,
    boost: false,
  });
});

test("the branches of a union are called by their titles", () => {
  const control = field("rule")?.control as Extract<Control, { kind: "union" }>;
  expect(control.options.map(({ value, label }) => [value, label])).toEqual([
    ["Slow", "Slow"],
    ["Fast", "As fast as can be"],
  ]);
});

test("labels are sentence case and keep names as they are", () => {
  expect(sentence("Learning Rate")).toBe("Learning rate");
  expect(sentence("use_bias")).toBe("Use bias");
  expect(sentence("AUC Weight")).toBe("AUC weight");
});

test("numbers are read as people write them and refused with a reason", () => {
  const size = field("batch_size")?.control as Extract<Control, { kind: "number" }>;
  expect(parseNumber(" 64 ", size)).toEqual({ value: 64 });
  expect(parseNumber("1e-3", { integer: false })).toEqual({ value: 0.001 });
  expect(parseNumber("1,000", { integer: true })).toEqual({ value: 1000 });
  expect(parseNumber("1,234,567.5", { integer: false })).toEqual({ value: 1_234_567.5 });
  expect(parseNumber("0,5", { integer: false })).toEqual({ value: 0.5 });
  expect(parseNumber("0,001", { integer: false })).toEqual({ value: 0.001 });
  expect(parseNumber("-0,125", { integer: false })).toEqual({ value: -0.125 });
  expect(parseNumber("2,5e-3", { integer: false })).toEqual({ value: 0.0025 });
  expect(parseNumber("1,23,456", { integer: false })).toEqual({ problem: "Enter a number." });
  expect(parseNumber("0", size)).toEqual({ problem: "At least 1." });
  expect(parseNumber("1.5", size)).toEqual({ problem: "Enter a whole number." });
  expect(parseNumber("", size)).toEqual({ problem: "Enter a number." });
});

test("pairs accept every usual way of writing them", () => {
  const kernel = field("kernel")?.control as Extract<Control, { kind: "numbers" }>;
  for (const text of ["5x5", "5 × 5", "5, 5", "(5, 5)", "5"])
    expect(parseNumbers(text, kernel)).toEqual({ value: [5, 5] });
  expect(parseNumbers("5 5 5", kernel)).toEqual({ problem: "Enter 2 numbers, such as 3 × 3." });
  expect(parseNumbers("0 × 3", kernel)).toEqual({ problem: "At least 1." });
});

test("arrow keys step whole numbers by one and others by their last digit", () => {
  expect(stepped(32, { integer: true }, 1, false)).toBe(33);
  expect(stepped(32, { integer: true }, -1, true)).toBe(22);
  expect(stepped(0.003, { integer: false }, 1, false)).toBe(0.004);
  expect(stepped(0.001, { integer: false }, -1, false)).toBe(0.0009);
  expect(stepped(1, { integer: true, minimum: 1 }, -1, false)).toBe(1);
});

test("a branch may be written by its name alone", () => {
  expect(writtenOut("Fast", "type")).toEqual({ type: "Fast" });
  expect(writtenOut({ type: "Fast", rate: 2 }, "type")).toEqual({ type: "Fast", rate: 2 });
  expect(writtenOut(null, "type")).toEqual({});
});

test("a refusal is shown at its field, whatever branch the server names on the way", () => {
  const document = { rule: { type: "Fast", rate: -1 }, each: { a: { loss: "quick" } }, stop: null };
  expect(placeOf(["rule", "Fast", "rate"], document)).toBe("rule.rate");
  expect(placeOf(["rule", "rate"], document)).toBe("rule.rate");
  expect(placeOf(["each", "a", "loss", "quick"], document)).toBe("each.a.loss");
  expect(placeOf(["stop"], document)).toBe("stop");
});

test("sizes that may be left open are numbers, or any", () => {
  const sizes = { type: "array", items: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] } };
  const [field] = fieldsOf({ properties: { shape: { anyOf: [sizes, { type: "null" }], default: null } } });
  if (field?.control.kind !== "numbers") throw new Error("there is no such field");
  expect([field.nullable, field.control.open, field.empty]).toEqual([true, true, "automatic"]);
  expect(parseNumbers("any, 28", field.control)).toEqual({ value: [null, 28] });
  expect(parseNumbers("? × 3", field.control)).toEqual({ value: [null, 3] });
  expect(parseNumbers("0 × any", field.control)).toEqual({ problem: "At least 1." });
});

test("a choice that can be left out says what that means", () => {
  const [field] = fieldsOf({
    properties: { mode: { anyOf: [{ enum: ["sum", "mean"] }, { type: "null" }], default: "sum" } },
  });
  expect([field?.nullable, field?.empty]).toEqual([true, "none"]);
});
