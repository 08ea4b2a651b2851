/** What fields offer by what is known of the data and the network. */

import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { fieldsOf } from "../api/fields";
import { report } from "../stores/testing";
import { Form } from "./Form";
import { choices, Editor, latest, schema, type, usual } from "./testing";

afterEach(cleanup);

test("names of inputs are chosen among those of the data, once there are data", () => {
  const { unmount } = render(<Editor />);
  expect(screen.getByLabelText("Name").tagName).toBe("INPUT");
  unmount();
  const inputs = { features: { shape: [3], dtype: "float32" }, city: { shape: [1], dtype: "int32" } };
  report({ inputs });
  render(<Editor />);
  type("Name", "city");
  expect(latest.name).toBe("city");
});

test("layers with weights can be chosen, and one that is gone can be taken out", () => {
  const counted = (parameters: number) => ({ shape: [null, 3], dtype: "float32", parameters });
  const nodes = { dense_1: counted(12), flatten_1: counted(0), dense_2: counted(4) };
  report({ nodes });
  render(<Editor />);
  expect(screen.queryByLabelText("flatten_1")).toBeNull();
  fireEvent.click(screen.getByLabelText("dense_2"));
  expect(latest.frozen).toEqual(["dense_2"]);
  act(() => report({}));
  fireEvent.click(screen.getByLabelText("dense_2"));
  expect(latest.frozen).toEqual([]);
});

test("only what suits the data is offered, and what is chosen stays", () => {
  report({});
  render(<Editor />);
  fireEvent.click(screen.getByLabelText("distance"));
  const fitting = { share: "Share (yes)", both: "Both", odd: "Odd" };
  const income = { kind: "category", classes: ["a"], ...usual([], [], fitting) };
  act(() => report({ targets: { income } }));
  expect(screen.getByLabelText("Share (yes)")).toBeDefined();
  expect(screen.getByLabelText("Both")).toBeDefined();
  fireEvent.click(screen.getByLabelText("distance"));
  expect(latest.measures).toEqual([]);
  expect(screen.queryByLabelText("distance")).toBeNull();
  const town = { ...income, ...usual([], [], { share: "Share (near)", both: "Both" }) };
  act(() => report({ targets: { income, town } }));
  expect(screen.getByLabelText("Share of hits")).toBeDefined(); // it is another share at each target
});

test("what is seldom chosen is shown once it is asked for, and what of it is chosen from the start", () => {
  const targets = {
    income: { kind: "category", classes: ["a"], ...usual([], [], { both: "Both", odd: "Odd" }) },
  };
  report({ targets });
  const { unmount } = render(<Editor />);
  expect(screen.queryByLabelText("Odd")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Show 1 more" }));
  fireEvent.click(screen.getByLabelText("Odd"));
  expect(latest.measures).toEqual(["odd"]);
  const chosen = latest;
  unmount();
  render(<Editor start={chosen} />);
  expect((screen.getByLabelText("Odd") as HTMLInputElement).checked).toBe(true);
});

test("what is usual for the targets is ticked from the start: ticking adds to it, unticking takes from it, down to none", () => {
  const price = { kind: "number", classes: null, ...usual(["near", "far"]) };
  report({ targets: { price } });
  render(<Editor />);
  const box = (name: string) => screen.getByLabelText(name) as HTMLInputElement;
  const ticked = () => ["near", "far", "spread"].filter((name) => box(name).checked);
  expect(ticked()).toEqual(["near", "far"]);
  fireEvent.click(box("spread"));
  expect(latest.scores).toEqual(["near", "far", "spread"]);
  fireEvent.click(box("near"));
  expect(latest.scores).toEqual(["far", "spread"]);
  fireEvent.click(box("far"));
  fireEvent.click(box("spread"));
  expect([latest.scores, ticked()]).toEqual([null, []]);
  expect(screen.getByText("Nothing at all.")).toBeTruthy();
  fireEvent.click(box("far"));
  expect([latest.scores, ticked()]).toEqual([["far"], ["far"]]);
  fireEvent.click(screen.getByRole("button", { name: "Back to the usual ones" }));
  expect([latest.scores, ticked()]).toEqual([[], ["near", "far"]]);
});

test("what can be watched is what the server says, by its names and by those it also has", () => {
  const monitors = [
    { name: "v_loss", title: "The loss", also: [] },
    { name: "v_age_mae", title: "MAE of age", also: ["v_mae"] },
  ];
  report({ monitors });
  const draw = (watched: string) => (
    <MantineProvider env="test">
      <Form fields={fieldsOf(schema)} value={{ watched }} onChange={() => {}} />
    </MantineProvider>
  );
  const { rerender } = render(draw("v_mae"));
  const select = () => screen.getByLabelText("Watched") as HTMLSelectElement;
  expect([select().value, choices(select())]).toEqual(["v_age_mae", ["The loss", "MAE of age"]]);
  rerender(draw("v_auc"));
  expect(choices(select())).toEqual(["v_auc (not available)", "The loss", "MAE of age"]);
});
