/** What a `sample` event says, and its values as people read them. */

import type { RunEvent } from "../../api/types";
import type { FeedStatus } from "../../stores/run";
import { count, decimal, percent } from "../../ui/format";
import { cell } from "../../ui/words";

export interface ExampleOutput {
  target: string;
  truth: string | number | null;
  prediction: string | number | null;
  /** The probability of what is predicted, of a category. */
  confidence?: number;
  right?: boolean;
}

/** One row of the validation part; a picture by its number, or the values of a row. */
export interface Example {
  row: number;
  loss: number | null;
  picture?: number;
  inputs?: { [column: string]: string | number | boolean | null };
  outputs: ExampleOutput[];
}

export interface Examples {
  epoch: number;
  examples: Example[];
  worst: Example[];
}

export const examplesOf = (event: RunEvent | null): Examples | null => event as unknown as Examples | null;

const value = (given: string | number | null) => (typeof given === "number" ? decimal(given) : cell(given));

/** What is predicted: "Private", "182,000". */
export const said = ({ prediction }: ExampleOutput) => value(prediction);

/** How sure the network is: "92%"; empty for a number. */
export const sureness = ({ confidence }: ExampleOutput) =>
  confidence === undefined ? "" : percent(confidence, 0);

/** What is true, where that is something else or has no right and wrong. */
export const corrected = ({ truth, right }: ExampleOutput) => (right ? "" : `true: ${value(truth)}`);

/** "age 39, workclass Private": the values of a row on one line. */
export const inputLine = (inputs: Example["inputs"]) =>
  Object.entries(inputs ?? {})
    .map(([name, given]) => `${name} ${cell(given)}`)
    .join(", ");

/** Whether every category of the row is predicted rightly; null where it has none. */
export function verdict({ outputs }: Example): "right" | "wrong" | null {
  const judged = outputs.filter((output) => output.right !== undefined);
  if (judged.length === 0) return null;
  return judged.every((output) => output.right) ? "right" : "wrong";
}

/** Of a run that has ended, of which epoch its model is, where the examples are of another one. */
export function keptWords({ terminal }: Pick<FeedStatus, "terminal">, epoch: number): string {
  const best = terminal?.type === "finished" ? terminal.best_epoch : null;
  return typeof best === "number" && best > 0 && best !== epoch
    ? `; the model that is kept is that of epoch ${count(best)}`
    : "";
}
