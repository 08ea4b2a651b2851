/** What a recipe can say, as the server's JSON Schema of it tells: which choices suit which kind, and their names. */

import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api } from "../api/client";
import type { ColumnRecipe, Schema } from "../api/types";

export type Kind = ColumnRecipe["kind"];
export type Choice = "fill" | "encode" | "scale";

/** What suits one kind of column, the usual first. */
export interface Suits {
  fill: string[];
  encode: string[];
  scale: string[];
  target: boolean;
  target_fill: string[];
  target_scale: string[];
  options: string[];
  target_options: string[];
}

export interface Named extends Schema {
  "x-words"?: { [value: string]: string };
}

interface ColumnSchema extends Named {
  "x-suits": { [kind: string]: Suits };
  "x-options": { [encode: string]: string[] };
  "x-series-options": { [kind: string]: string[] };
  "x-series-target-options": { [kind: string]: string[] };
  "x-unscaled": string[];
  "x-picture-scales": { [scale: string]: string };
}

export interface Form {
  suits: { [kind: string]: Suits };
  /** The finer settings of each encoding, and those that only a series has, by kind. */
  options: { [encode: string]: string[] };
  seriesOptions: { [kind: string]: string[] };
  seriesTargetOptions: { [kind: string]: string[] };
  /** The encodings that take no scale beside them. */
  unscaled: string[];
  roles: string[];
  kinds: string[];
  methods: string[];
  /** The schema of every field of a column, and of a series. */
  column: { [name: string]: Named };
  series: { [name: string]: Named };
  /** The schema of the size of pictures, and of what their pixels become. */
  image: { [name: string]: Named };
  pictureScale: Named;
  duplicates: Named;
  word: (value: string) => string;
  methodWord: (value: string) => string;
}

const texts = (schema: Schema | undefined): string[] => (schema?.enum ?? []).map(String);

export function formOf(schema: Schema): Form {
  const column = schema.$defs?.Column as ColumnSchema;
  const method: Named | undefined = schema.$defs?.Split?.properties?.method;
  const named = (words: { [value: string]: string } | undefined) => (value: string) =>
    words?.[value] ?? value;
  return {
    suits: column["x-suits"],
    options: column["x-options"],
    seriesOptions: column["x-series-options"],
    seriesTargetOptions: column["x-series-target-options"],
    unscaled: column["x-unscaled"],
    roles: texts(column.properties?.role),
    kinds: texts(column.properties?.kind),
    methods: texts(method),
    column: column.properties ?? {},
    series: schema.$defs?.Series?.properties ?? {},
    image: schema.$defs?.ImageSize?.properties ?? {},
    pictureScale: {
      title: "Pixels",
      enum: Object.keys(column["x-picture-scales"]),
      "x-words": column["x-picture-scales"],
    },
    duplicates: schema.properties?.duplicates ?? {},
    word: named(column["x-words"]),
    methodWord: named(method?.["x-words"]),
  };
}

export const useRecipeForm = () =>
  useQuery({
    queryKey: ["recipe"],
    queryFn: async () => formOf((await api.get<{ schema: Schema }>("/api/recipe/")).schema),
    staleTime: Number.POSITIVE_INFINITY,
  });

const FormContext = createContext<Form | null>(null);
export const FormProvider = FormContext.Provider;

/** The form of the recipe, anywhere below its provider. */
export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error("The form of the recipe is not there yet.");
  return form;
}

/** The values a column can take for one choice. */
export function choices(form: Form, column: ColumnRecipe, choice: Choice): string[] {
  const suits = form.suits[column.kind];
  if (!suits) return [];
  if (column.role !== "target") {
    return choice === "scale" && form.unscaled.includes(column.encode ?? "") ? [] : suits[choice];
  }
  if (choice === "encode") return [];
  return choice === "scale" ? suits.target_scale : suits.target_fill;
}

/** The finer settings that matter for a column as it is prepared. */
export function finer(form: Form, inSeries: boolean, column: ColumnRecipe): string[] {
  const suits = form.suits[column.kind];
  if (!suits) return [];
  const options = column.role === "target" ? form.seriesTargetOptions : form.seriesOptions;
  const series = inSeries ? (options[column.kind] ?? []) : [];
  if (column.role === "target") return [...suits.target_options, ...series];
  if (column.role !== "feature") return [];
  const all = [...suits.options, ...(form.options[column.encode ?? ""] ?? []), ...series];
  return all.filter((option) => {
    if (option === "fill_value") return column.fill === "constant";
    return option !== "parts" || column.encode !== "timestamp";
  });
}
