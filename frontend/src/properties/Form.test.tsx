import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { fieldsOf } from "../api/fields";
import type { Config, Schema } from "../api/types";
import { useChecking } from "../stores/checking";
import { mistypedAt, SETTINGS } from "../stores/mistyped";
import { Form } from "./Form";
import { KeepsMistyped } from "./NumberField";

const schema: Schema = {
  type: "object",
  $defs: {
    Slow: {
      type: "object",
      properties: { type: { const: "Slow" }, rate: { type: "number", title: "Rate", default: 0.1 } },
    },
    Fast: {
      type: "object",
      properties: { type: { const: "Fast" }, boost: { type: "boolean", title: "Boost", default: true } },
    },
    Own: {
      type: "object",
      properties: {
        rule: {
          title: "Own rule",
          anyOf: [
            {
              oneOf: [{ $ref: "#/$defs/Slow" }, { $ref: "#/$defs/Fast" }],
              discriminator: { propertyName: "type" },
            },
            { type: "null" },
          ],
          default: null,
          "x-fits": "losses",
          "x-inherits": "rule",
          "x-empty": "as above",
        },
        share: { type: "number", title: "Share", default: 1 },
        classes: {
          type: "object",
          title: "Classes",
          additionalProperties: { type: "number", default: 1 },
          "x-source": "classes",
          "x-only": ["category"],
        },
      },
    },
    Stop: { type: "object", properties: { patience: { type: "integer", title: "Patience", default: 25 } } },
  },
  properties: {
    size: { type: "integer", title: "Size", default: 32, minimum: 1 },
    rule: {
      title: "Rule",
      oneOf: [{ $ref: "#/$defs/Slow" }, { $ref: "#/$defs/Fast" }],
      discriminator: { propertyName: "type" },
    },
    stop: { title: "Stop early", anyOf: [{ $ref: "#/$defs/Stop" }, { type: "null" }], default: null },
    places: { type: "array", title: "Places", items: { type: "number" }, minItems: 1, default: [10, 15] },
    outputs: {
      type: "object",
      title: "Outputs",
      additionalProperties: { $ref: "#/$defs/Slow" },
      "x-source": "targets",
    },
    weights: {
      type: "object",
      title: "Weights",
      additionalProperties: { type: "number", default: 1 },
      "x-source": "classes",
    },
    measures: {
      type: "array",
      title: "Measures",
      items: { type: "string", enum: ["share", "distance", "both"] },
      "x-kinds": { share: ["category"], distance: ["number"] },
      "x-words": { share: "Share of hits" },
    },
    scores: {
      type: "array",
      title: "Scores",
      items: { type: "string", enum: ["near", "far", "spread"] },
      "x-usual": "usual_metrics",
    },
    watched: { type: "string", title: "Watched", default: "v_loss", "x-source": "monitors" },
    own: {
      type: "object",
      title: "Own",
      additionalProperties: { $ref: "#/$defs/Own" },
      "x-source": "targets",
    },
    frozen: { type: "array", title: "Frozen", items: { type: "string" }, "x-source": "layers" },
    name: { type: "string", title: "Name", "x-source": "inputs", default: "features" },
    seed: { type: "integer", title: "Seed", default: 0, "x-advanced": true },
  },
};

let latest: Config = {};

function Editor({ errors }: { errors?: Record<string, string> }) {
  const [value, setValue] = useState<Config>({});
  latest = value;
  return (
    <MantineProvider env="test">
      <Form
        fields={fieldsOf(schema)}
        value={value}
        errors={errors}
        onChange={(name, next) => setValue((now) => ({ ...now, [name]: next }))}
      />
    </MantineProvider>
  );
}

const type = (label: string, text: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } });

/** What a target says of what is taken while nothing is chosen. */
const usual = (usual_metrics: string[], losses = ["Slow", "Fast"]) => ({
  usual_metrics,
  usual_loss: null,
  losses,
});

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

test("names of inputs are chosen among those of the data, once there are data", () => {
  const { unmount } = render(<Editor />);
  expect(screen.getByLabelText("Name").tagName).toBe("INPUT");
  unmount();
  const inputs = { features: { shape: [3], dtype: "float32" }, city: { shape: [1], dtype: "int32" } };
  const parameters = { trainable: 0, non_trainable: 0, total: 0 };
  useChecking.setState({
    report: { nodes: {}, parameters, problems: [], inputs, targets: {}, monitors: [] },
  });
  render(<Editor />);
  type("Name", "city");
  expect(latest.name).toBe("city");
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

test("every class has its number, and every target its fields where there are several", () => {
  const target = { kind: "category", classes: ["no", "yes"], ...usual([]) };
  const report = {
    nodes: {},
    parameters: { trainable: 0, non_trainable: 0, total: 0 },
    problems: [],
    inputs: {},
    monitors: [],
  };
  useChecking.setState({ report: { ...report, targets: { income: target } } });
  render(<Editor />);
  expect(screen.queryByRole("group", { name: "Outputs" })).toBeNull();
  const weight = screen.getByLabelText("yes") as HTMLInputElement;
  expect(weight.value).toBe("1");
  type("yes", "2.5");
  expect(latest.weights).toEqual({ yes: 2.5 });
  act(() => useChecking.setState({ report: { ...report, targets: { income: target, age: target } } }));
  const outputs = within(screen.getByRole("group", { name: "Outputs" }));
  fireEvent.change(within(outputs.getByRole("group", { name: "age" })).getByLabelText("Rate"), {
    target: { value: "3" },
  });
  expect(latest.outputs).toMatchObject({ age: { rate: 3 } });
  act(() => useChecking.setState({ report: { ...report, targets: { income: target, town: target } } }));
  fireEvent.click(screen.getByRole("button", { name: "Remove age" }));
  expect(latest.outputs).toEqual({});
});

test("layers with weights can be chosen, and one that is gone can be taken out", () => {
  const counted = (parameters: number) => ({ shape: [null, 3], dtype: "float32", parameters });
  const nodes = { dense_1: counted(12), flatten_1: counted(0), dense_2: counted(4) };
  const report = {
    nodes,
    parameters: { trainable: 16, non_trainable: 0, total: 16 },
    problems: [],
    inputs: {},
    targets: {},
    monitors: [],
  };
  useChecking.setState({ report });
  render(<Editor />);
  expect(screen.queryByLabelText("flatten_1")).toBeNull();
  fireEvent.click(screen.getByLabelText("dense_2"));
  expect(latest.frozen).toEqual(["dense_2"]);
  act(() => useChecking.setState({ report: { ...report, nodes: {} } }));
  fireEvent.click(screen.getByLabelText("dense_2"));
  expect(latest.frozen).toEqual([]);
});

test("only what suits the data is offered, and what is chosen stays", () => {
  const report = {
    nodes: {},
    parameters: { trainable: 0, non_trainable: 0, total: 0 },
    problems: [],
    inputs: {},
    monitors: [],
  };
  useChecking.setState({ report: { ...report, targets: {} } });
  render(<Editor />);
  fireEvent.click(screen.getByLabelText("distance"));
  act(() =>
    useChecking.setState({
      report: { ...report, targets: { income: { kind: "category", classes: ["a"], ...usual([]) } } },
    }),
  );
  expect(screen.getByLabelText("Share of hits")).toBeDefined();
  expect(screen.getByLabelText("both")).toBeDefined();
  fireEvent.click(screen.getByLabelText("distance"));
  expect(latest.measures).toEqual([]);
  expect(screen.queryByLabelText("distance")).toBeNull();
});

test("what is usual for the targets is ticked from the start: ticking adds to it, unticking takes from it", () => {
  const parameters = { trainable: 0, non_trainable: 0, total: 0 };
  const price = { kind: "number", classes: null, ...usual(["near", "far"]) };
  useChecking.setState({
    report: { nodes: {}, parameters, problems: [], inputs: {}, targets: { price }, monitors: [] },
  });
  render(<Editor />);
  const box = (name: string) => screen.getByLabelText(name) as HTMLInputElement;
  const ticked = () => ["near", "far", "spread"].filter((name) => box(name).checked);
  expect(ticked()).toEqual(["near", "far"]);
  fireEvent.click(box("spread"));
  expect(latest.scores).toEqual(["near", "far", "spread"]);
  fireEvent.click(box("near"));
  expect(latest.scores).toEqual(["far", "spread"]);
  fireEvent.click(box("far"));
  expect([ticked(), box("spread").disabled]).toEqual([["spread"], true]); // none would mean the usual ones
  fireEvent.click(screen.getByRole("button", { name: "Back to the usual ones" }));
  expect([latest.scores, ticked()]).toEqual([[], ["near", "far"]]);
});

const choices = (select: HTMLElement) => [...select.querySelectorAll("option")].map((one) => one.textContent);

test("an output goes by what is set for all until it has its own, and offers what fits it", () => {
  const parameters = { trainable: 0, non_trainable: 0, total: 0 };
  const kind = { kind: "number", classes: null };
  const targets = { price: { ...kind, ...usual([]) }, age: { ...kind, ...usual([], ["Slow"]) } };
  useChecking.setState({
    report: { nodes: {}, parameters, problems: [], inputs: {}, targets, monitors: [] },
  });
  render(<Editor />);
  type("Rule", "Fast");
  const own = (name: string) =>
    within(within(screen.getByRole("group", { name: "Own" })).getByRole("group", { name }));
  expect(choices(own("price").getByLabelText("Own rule"))).toEqual(["as above: Fast", "Slow", "Fast"]);
  expect(choices(own("age").getByLabelText("Own rule"))).toEqual(["as above: Fast", "Slow"]);
  fireEvent.change(own("age").getByLabelText("Share"), { target: { value: "2" } });
  expect(latest.own).toEqual({ age: { rule: null, share: 2, classes: {} } });
  fireEvent.change(own("age").getByLabelText("Own rule"), { target: { value: "Slow" } });
  expect(latest.own).toMatchObject({ age: { rule: { type: "Slow" }, share: 2 } });
});

test("what can be watched is what the server says, by its names and by those it also has", () => {
  const parameters = { trainable: 0, non_trainable: 0, total: 0 };
  const monitors = [
    { name: "v_loss", title: "The loss", also: [] },
    { name: "v_age_mae", title: "MAE of age", also: ["v_mae"] },
  ];
  useChecking.setState({
    report: { nodes: {}, parameters, problems: [], inputs: {}, targets: {}, monitors },
  });
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

test("an output asks for weights of its own classes, and only where it has some; many come part by part", () => {
  const parameters = { trainable: 0, non_trainable: 0, total: 0 };
  const many = Array.from({ length: 60 }, (_, place) => `c${place}`);
  const targets = {
    town: { kind: "category", classes: many, ...usual([]) },
    income: { kind: "category", classes: ["no", "yes"], ...usual([]) },
    age: { kind: "number", classes: null, ...usual([]) },
  };
  useChecking.setState({
    report: { nodes: {}, parameters, problems: [], inputs: {}, targets, monitors: [] },
  });
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
