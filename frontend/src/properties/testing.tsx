/** A form over a schema with every sort of field there is, for the tests of the form. */

import { MantineProvider } from "@mantine/core";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { fieldsOf } from "../api/fields";
import type { Config, Schema } from "../api/types";
import { Form } from "./Form";

export const schema: Schema = {
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
      "x-fits": "losses",
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
      items: { type: "string", enum: ["share", "distance", "both", "odd", "even"] },
      "x-fits": "metrics",
      "x-rare": ["odd", "even"],
      "x-words": { share: "Share of hits" },
    },
    scores: {
      title: "Scores",
      anyOf: [
        { type: "array", items: { type: "string", enum: ["near", "far", "spread"] } },
        { type: "null" },
      ],
      default: [],
      "x-empty": "nothing at all",
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

/** What has been entered so far. */
export let latest: Config = {};

interface EditorProps {
  errors?: Record<string, string>;
  start?: Config;
  below?: Record<string, ReactNode>;
}

export function Editor({ errors, start = {}, below }: EditorProps) {
  const [value, setValue] = useState<Config>(start);
  latest = value;
  return (
    <MantineProvider env="test">
      <Form
        fields={fieldsOf(schema)}
        value={value}
        errors={errors}
        below={below}
        onChange={(name, next) => setValue((now) => ({ ...now, [name]: next }))}
      />
    </MantineProvider>
  );
}

export const type = (label: string, text: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } });

/** What a target says of what is taken while nothing is chosen. */
export const usual = (
  usual_metrics: string[],
  losses = ["Slow", "Fast"],
  metrics: { [name: string]: string } = {},
) => ({
  metrics,
  usual_metrics,
  usual_loss: null,
  losses,
  balanced: {},
});

export const choices = (select: HTMLElement) =>
  [...select.querySelectorAll("option")].map((one) => one.textContent);
