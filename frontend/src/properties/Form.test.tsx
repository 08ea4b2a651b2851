import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { fieldsOf } from "../api/fields";
import { mistypedAt, SETTINGS } from "../stores/mistyped";
import { Form } from "./Form";
import { KeepsMistyped } from "./NumberField";
import { Editor, latest, schema, type } from "./testing";

afterEach(cleanup);

test("a number is taken while it is typed, and a wrong one says why and changes nothing", () => {
  render(<Editor />);
  type("Size", "64");
  expect(latest.size).toBe(64);
  type("Size", "0");
  expect(screen.getByText("At least 1.")).toBeTruthy();
  expect(latest.size).toBe(64);
});

test("a number that was refused stays as it was typed, with the reason", () => {
  render(<Editor />);
  const field = screen.getByLabelText("Size") as HTMLInputElement;
  fireEvent.focus(field);
  type("Size", "3.7");
  fireEvent.blur(field);
  expect(field.value).toBe("3.7");
  expect(screen.getByText("Enter a whole number.")).toBeTruthy();
});

test("another branch of a choice brings its own settings", () => {
  render(<Editor />);
  expect(screen.getByLabelText("Rate")).toBeTruthy();
  type("Rule", "Fast");
  expect(latest.rule).toEqual({ type: "Fast", boost: true });
  expect(screen.getByLabelText("Boost")).toBeTruthy();
});

test("an optional group is switched on with its defaults and off again", () => {
  render(<Editor />);
  fireEvent.click(screen.getByLabelText("Stop early"));
  expect(latest.stop).toEqual({ patience: 25 });
  type("Patience", "5");
  expect(latest.stop).toEqual({ patience: 5 });
  fireEvent.click(screen.getByLabelText("Stop early"));
  expect(latest.stop).toBeNull();
});

test("advanced settings are folded until asked for", () => {
  render(<Editor />);
  expect(screen.queryByLabelText("Seed")).toBeNull();
  expect(screen.getByRole("button", { name: /Advanced.*seed/ })).toBeTruthy();
  fireEvent.click(screen.getByText(/Advanced/));
  expect(screen.getByLabelText("Seed")).toBeTruthy();
});

test("folded, advanced settings keep what was typed wrong in them, and say so", () => {
  render(
    <KeepsMistyped value={SETTINGS}>
      <Editor />
    </KeepsMistyped>,
  );
  const fold = screen.getByText(/Advanced/);
  fireEvent.click(fold);
  type("Seed", "many");
  expect(mistypedAt(SETTINGS, "seed")?.text).toBe("many");
  fireEvent.click(fold);
  expect(screen.getByText("1 value to mend")).toBeTruthy();
  expect(mistypedAt(SETTINGS, "seed")?.text).toBe("many");
  fireEvent.click(fold);
  expect((screen.getByLabelText("Seed") as HTMLInputElement).value).toBe("many");
});

test("what the server refused stands at the field it is about", () => {
  render(<Editor errors={{ "rule.rate": "The rate is too high." }} />);
  expect(screen.getByText("The rate is too high.")).toBeTruthy();
});

test("what is refused of a group, or of something folded, is told there", () => {
  render(<Editor errors={{ stop: "It cannot be watched.", seed: "It is taken." }} />);
  expect(screen.getByText("It cannot be watched.")).toBeTruthy();
  expect(screen.getByLabelText("Seed")).toBeTruthy();
  expect(screen.getByText("It is taken.")).toBeTruthy();
});

test("a list of numbers is written with commas, and what belongs below a field stands there", () => {
  render(
    <MantineProvider env="test">
      <Form fields={fieldsOf(schema)} value={{}} onChange={() => {}} below={{ places: <p>A picture</p> }} />
    </MantineProvider>,
  );
  const field = screen.getByLabelText("Places") as HTMLInputElement;
  expect(field.value).toBe("10, 15");
  expect(field.compareDocumentPosition(screen.getByText("A picture"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});
