/** Where a run differs from the others of the table, in words: its settings, and layer by layer its network. */

import type { Json, LayerChange, RunRow } from "../../api/types";
import { CHANGED, OFF, plain, type SettingWords } from "../compare/settingWords";

export interface Difference {
  key: string;
  /** What differs: "Batch size", "dense_2: units", "added". */
  title: string;
  /** What it is here: "64", "64 → 128", "dropout_1". */
  value: string;
}

/** Settings that have a column of their own. */
const SHOWN = new Set(["optimizer.learning_rate"]);

export interface Differences {
  settings: Difference[];
  layers: Difference[];
}

export function differencesOf(run: RunRow, say: SettingWords): Differences {
  const settings = Object.entries(run.differing)
    .filter(([name]) => !SHOWN.has(name) && !name.startsWith("changed."))
    .map(([name, value]) => settingWords(name, value, say))
    .map((one) => changedWords(one, run.differing));
  return {
    settings: [...new Map(settings.map((one) => [one.key, one])).values()],
    layers: run.layers.changes.flatMap(layerWords),
  };
}

/** A setting, or the whole it belongs to where that is off. */
function settingWords(name: string, value: Json, say: SettingWords): Difference {
  const whole = name.slice(0, Math.max(0, name.lastIndexOf(".")));
  const key = value === null && whole && say.value(name, value) === OFF ? whole : name;
  return { key, title: say.title(key), value: say.value(name, value) };
}

/** "400 → 5000" of a setting that was changed on the way. */
function changedWords(one: Difference, differing: RunRow["differing"]): Difference {
  const name = Object.keys(CHANGED).find((name) => CHANGED[name] === one.key);
  const changed = name === undefined ? null : differing[`changed.${name}`];
  return typeof changed === "number" ? { ...one, value: `${one.value} → ${plain(changed)}` } : one;
}

/** The two that stand for the rest: one of the settings and one of the layers, where there are both. */
export function shortOf({ settings, layers }: Differences): Difference[] {
  const first = [...settings.slice(0, 1), ...layers.slice(0, 1)];
  return first.length === 2 ? first : [...settings, ...layers].slice(0, 2);
}

/** Layers that came or went, and every value of one that is set otherwise. */
export function layerWords({ layer, kind, values }: LayerChange): Difference[] {
  if (kind !== "changed") return [{ key: `${kind} ${layer}`, title: kind, value: layer }];
  return values.map(({ name, before, after }) => ({
    key: `${layer}.${name}`,
    title: `${layer}: ${name.replaceAll("_", " ")}`,
    value: `${plain(before)} → ${plain(after)}`,
  }));
}
