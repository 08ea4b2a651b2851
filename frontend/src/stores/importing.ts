/** Models of other tools: read by the server, looked at, then drawn. */

import { create } from "zustand";
import { ApiError, api } from "../api/client";
import type { Graph, GraphProblem, Json, Report } from "../api/types";

interface Importing {
  /** Whether the dialog is open. */
  open: boolean;
}

export const useImporting = create<Importing>(() => ({ open: false }));

export const beginImport = () => useImporting.setState({ open: true });
export const endImport = () => useImporting.setState({ open: false });

/** A model that was read and is not drawn yet. */
export interface Imported {
  name: string;
  graph: Graph;
  problems: GraphProblem[];
  /** How many parameters it has, where all of it could be checked. */
  parameters: number | null;
}

const field = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value[name] : undefined;

/** What a model calls itself. */
export function modelName(model: Json): string {
  const name = field(field(model, "config"), "name") ?? field(model, "name");
  return typeof name === "string" && name.trim() ? name.trim().slice(0, 100) : "Imported model";
}

/** The text of a file as JSON. Throws an ApiError in plain words where it is none. */
export function parseModel(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ApiError(
      {
        code: "not_json",
        message: "This is not the JSON of a model.",
        hint: "In Keras, write model.to_json() into a file and choose that file.",
      },
      400,
    );
  }
}

/** Reads a Keras model: its drawing, and what could not be taken over. Throws an ApiError. */
export async function readKeras(text: string): Promise<Imported> {
  const config = parseModel(text);
  const { graph, problems } = await api.post<Pick<Imported, "graph" | "problems">>("/api/import/", {
    format: "keras",
    config,
  });
  const report = await api
    .post<Report>("/api/check/", { graph, dataset: null, recipe: null })
    .catch(() => null);
  // Behind a problem nothing is counted: a part of the sum would mislead.
  const whole = problems.length === 0 && report?.problems.length === 0;
  return { name: modelName(config), graph, problems, parameters: whole ? report.parameters.total : null };
}
