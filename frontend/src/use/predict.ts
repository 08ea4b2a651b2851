/** Asking the model of a run. */

import { api } from "../api/client";
import type { Json } from "../api/types";

export type Prediction = { [field: string]: Json };

interface Answer {
  predictions: (Prediction | null)[];
}

/** One answer per row; of a series, null for a row with too little past among them. */
export async function predictRows(
  run: number,
  rows: { [name: string]: Json }[],
): Promise<(Prediction | null)[]> {
  return (await api.post<Answer>(`/api/runs/${run}/predict/`, { rows })).predictions;
}

export async function predictRow(run: number, row: { [name: string]: Json }): Promise<Prediction> {
  return first(await api.post<Answer>(`/api/runs/${run}/predict/`, { rows: [row] }));
}

export async function predictImage(run: number, image: Blob, name: string): Promise<Prediction> {
  const form = new FormData();
  form.append("image", image, name);
  return first(await api.post<Answer>(`/api/runs/${run}/predict/`, form));
}

const first = ({ predictions }: Answer): Prediction => predictions[0] ?? {};

export interface Probability {
  name: string;
  chance: number;
}

/** The probabilities of a target's classes, the likeliest first; empty for a number. */
export function probabilities(prediction: Prediction, target: string): Probability[] {
  const given = prediction[`${target}_probabilities`];
  if (!given || typeof given !== "object" || Array.isArray(given)) return [];
  return Object.entries(given)
    .map(([name, chance]) => ({ name, chance: Number(chance) }))
    .sort((a, b) => b.chance - a.chance);
}

/** The targets an answer speaks of. */
export const targetsIn = (prediction: Prediction) =>
  Object.keys(prediction).filter(
    (name) => !name.endsWith("_probabilities") || !(name.slice(0, -"_probabilities".length) in prediction),
  );
