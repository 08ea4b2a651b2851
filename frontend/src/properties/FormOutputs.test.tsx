/** Fields that every class or every output has of its own. */

import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { report } from "../stores/testing";
import { choices, Editor, latest, type, usual } from "./testing";

afterEach(cleanup);

test("every class has its number, and every target its fields where there are several", () => {
  const target = { kind: "category", classes: ["no", "yes"], ...usual([]) };
  report({ targets: { income: target } });
  render(<Editor />);
  expect(screen.queryByRole("group", { name: "Outputs" })).toBeNull();
  const weight = screen.getByLabelText("yes") as HTMLInputElement;
  expect(weight.value).toBe("1");
  type("yes", "2.5");
  expect(latest.weights).toEqual({ yes: 2.5 });
  act(() => report({ targets: { income: target, age: target } }));
  const outputs = within(screen.getByRole("group", { name: "Outputs" }));
  fireEvent.change(within(outputs.getByRole("group", { name: "age" })).getByLabelText("Rate"), {
    target: { value: "3" },
  });
  expect(latest.outputs).toMatchObject({ age: { rate: 3 } });
  act(() => report({ targets: { income: target, town: target } }));
  fireEvent.click(screen.getByRole("button", { name: "Remove age" }));
  expect(latest.outputs).toEqual({});
});

test("what stands below a field of an output stands in its own group", () => {
  const target = { kind: "category", classes: ["no", "yes"], ...usual([]) };
  report({ targets: { income: target, age: target } });
  render(<Editor below={{ "own.age.share": <p>A word on it</p> }} />);
  const own = within(screen.getByRole("group", { name: "Own" }));
  expect(within(own.getByRole("group", { name: "age" })).getByText("A word on it")).toBeTruthy();
});

test("an output goes by what is set for all until it has its own, and offers what fits it", () => {
  const kind = { kind: "number", classes: null };
  const targets = { price: { ...kind, ...usual([]) }, age: { ...kind, ...usual([], ["Slow"]) } };
  report({ targets });
  render(<Editor start={{ rule: { type: "Fast", boost: true } }} />);
  const own = (name: string) =>
    within(within(screen.getByRole("group", { name: "Own" })).getByRole("group", { name }));
  expect(choices(own("price").getByLabelText("Own rule"))).toEqual(["as above: Fast", "Slow", "Fast"]);
  expect(choices(own("age").getByLabelText("Own rule"))).toEqual(["as above: Fast", "Slow"]);
  fireEvent.change(own("age").getByLabelText("Share"), { target: { value: "2" } });
  expect(latest.own).toEqual({ age: { rule: null, share: 2, classes: {} } });
  fireEvent.change(own("age").getByLabelText("Own rule"), { target: { value: "Slow" } });
  expect(latest.own).toMatchObject({ age: { rule: { type: "Slow" }, share: 2 } });
});

test("what is set for all is asked to fit only the outputs that have none of their own", () => {
  const kind = { kind: "number", classes: null };
  report({ targets: { price: { ...kind, ...usual([]) }, age: { ...kind, ...usual([], ["Slow"]) } } });
  render(<Editor start={{ rule: { type: "Slow" } }} />);
  const common = () => choices(screen.getByLabelText("Rule"));
  const own = (name: string, rule: string) => {
    const group = within(screen.getByRole("group", { name: "Own" })).getByRole("group", { name });
    fireEvent.change(within(group).getByLabelText("Own rule"), { target: { value: rule } });
  };
  expect(common()).toEqual(["Slow"]);
  own("age", "Slow");
  expect(common()).toEqual(["Slow", "Fast"]);
  own("price", "Fast");
  expect(common()).toEqual(["Slow", "Fast"]);
});

test("an output asks for weights of its own classes, and only where it has some; many come part by part", () => {
  const many = Array.from({ length: 60 }, (_, place) => `c${place}`);
  const targets = {
    town: { kind: "category", classes: many, ...usual([]) },
    income: { kind: "category", classes: ["no", "yes"], ...usual([]) },
    age: { kind: "number", classes: null, ...usual([]) },
  };
  report({ targets });
  render(<Editor />);
  const own = (name: string) =>
    within(within(screen.getByRole("group", { name: "Own" })).getByRole("group", { name }));
  expect(own("age").queryByRole("group", { name: "Classes" })).toBeNull();
  expect([own("income").queryByLabelText("c0"), own("town").queryByLabelText("yes")]).toEqual([null, null]);
  fireEvent.change(own("income").getByLabelText("yes"), { target: { value: "4" } });
  expect(latest.own).toMatchObject({ income: { classes: { yes: 4 } } });
  expect(own("town").queryByLabelText("c55")).toBeNull();
  fireEvent.click(own("town").getByRole("button", { name: "Show more of the 60" }));
  expect(own("town").getByLabelText("c55")).toBeTruthy();
});
