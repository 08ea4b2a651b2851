import { expect, test } from "vitest";
import type { RunRow, Schema } from "../../api/types";
import { settingWords } from "../compare/settingWords";
import { type Difference, differencesOf, shortOf } from "./differing";

const row = {
  differing: { batch_size: 64, "optimizer.learning_rate": 0.1, "changed.epochs": null },
  layers: {
    changes: [
      { layer: "dropout_1", kind: "added", type: "Dropout", values: [] },
      {
        layer: "dense_2",
        kind: "changed",
        type: "Dense",
        values: [
          { name: "units", before: 64, after: 128 },
          { name: "use_bias", before: true, after: false },
        ],
      },
      { layer: "conv_1", kind: "removed", type: "Conv", values: [] },
    ],
    more: 0,
  },
} as unknown as RunRow;

const found = differencesOf(row, settingWords(undefined));
const said = (every: Difference[]) => every.map(({ title, value }) => `${title} ${value}`);

test("layers tell what they were and are, or that they came or went", () => {
  expect(said(found.settings)).toEqual(["Batch size 64"]);
  expect(said(found.layers)).toEqual([
    "added dropout_1",
    "dense_2: units 64 → 128",
    "dense_2: use bias yes → no",
    "removed conv_1",
  ]);
});

test("epochs that were changed while it trained stand behind those it began with", () => {
  const differing = { epochs: 400, "changed.epochs": 5000 };
  const { settings } = differencesOf({ ...row, differing }, settingWords(undefined));
  expect(said(settings)).toEqual(["Epochs 400 → 5,000"]);
  const other = differencesOf(
    { ...row, differing: { ...differing, "changed.epochs": null } },
    settingWords(undefined),
  );
  expect(said(other.settings)).toEqual(["Epochs 400"]);
});

test("in short, a setting and a layer stand for the rest", () => {
  expect(said(shortOf(found))).toEqual(["Batch size 64", "added dropout_1"]);
  expect(said(shortOf({ ...found, settings: [] }))).toEqual(["added dropout_1", "dense_2: units 64 → 128"]);
});

test("something that is off is said once, not by each of its parts", () => {
  const number = { type: "number" };
  const stopping = { properties: { patience: number, min_delta: number } };
  const schema = {
    properties: { early_stopping: { title: "Early stopping", anyOf: [stopping, { type: "null" }] } },
  };
  const say = settingWords(schema as unknown as Schema);
  const differing = { "early_stopping.patience": null, "early_stopping.min_delta": null };
  expect(said(differencesOf({ ...row, differing }, say).settings)).toEqual(["Early stopping off"]);
});
