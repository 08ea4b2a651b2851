/** The documents and rows the server speaks in. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Config = { [key: string]: Json };

export interface Problem {
  code: string;
  message: string;
  hint?: string | null;
  where?: { [key: string]: Json };
}

export interface GraphNode {
  id: string;
  type: string;
  config: Config;
  shares: string | null;
  position: { x: number; y: number };
}
export interface GraphEdge {
  source: string;
  target: string;
  port: number;
}
export interface Graph {
  format: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface ColumnRecipe {
  role: "feature" | "target" | "ignore";
  kind: "number" | "category" | "image";
  fill?: string | null;
  encode?: string | null;
  scale?: string | null;
}
export interface Recipe {
  format: number;
  kind: "table" | "images";
  columns: { [name: string]: ColumnRecipe };
  inputs: { [name: string]: string[] };
  image?: { height: number; width: number; channels: number } | null;
  split: { method: string; train: number; validation: number; test: number; seed: number };
}
export type Settings = { [key: string]: Json };

/** A JSON Schema as the server writes it, with the `x-` hints the browser draws by. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  const?: Json;
  enum?: Json[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  prefixItems?: Schema[];
  properties?: { [name: string]: Schema };
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  discriminator?: { propertyName: string; mapping?: { [value: string]: string } };
  additionalProperties?: boolean | Schema;
  $ref?: string;
  $defs?: { [name: string]: Schema };
  "x-summary"?: string;
  "x-source"?: "inputs" | "targets";
  "x-advanced"?: boolean;
  "x-hidden"?: boolean;
}

export interface LayerType {
  type: string;
  family: string;
  title: string;
  doc: string;
  schema: Schema;
  inputs: { min: number; max: number | null };
  outputs: number;
}

export interface Fix {
  label: string;
  insert?: { type: string; config: Config; before: string; port: number };
  set?: { node: string; config: Config };
  connect?: { source: string; target: string; port: number };
  remove?: { node: string };
}
export interface GraphProblem {
  code: string;
  node: string | null;
  message: string;
  hint: string | null;
  fix?: Fix | null;
}
export interface NodeReport {
  shape: number[] | null;
  dtype: string | null;
  parameters: number;
}
export interface Report {
  nodes: { [id: string]: NodeReport };
  parameters: { trainable: number; non_trainable: number; total: number };
  problems: GraphProblem[];
  inputs: { [name: string]: { shape: number[]; dtype: string } };
  targets: { [name: string]: { kind: string; classes: (string | number)[] | number | null } };
}

export interface ProjectRow {
  id: number;
  name: string;
  dataset: number | null;
  dataset_name: string | null;
  updated: string;
  runs: number;
  state: string | null;
}
export interface ProjectDocument {
  name: string;
  graph: Graph;
  dataset: number | null;
  recipe: Recipe | null;
  settings: Settings;
}
export interface Project extends ProjectDocument {
  id: number;
  updated: string;
}

export interface ColumnProfile {
  name: string;
  kind: string;
  type: "integer" | "float" | "text" | "image";
  missing: number;
  distinct: number;
  examples: Json[];
  min: number | null;
  max: number | null;
  mean: number | null;
  std: number | null;
  top: [Json, number][];
}
export interface Dataset {
  id: number;
  name: string;
  state: "reading" | "ready" | "failed";
  kind: "table" | "images" | null;
  rows: number | null;
  columns: ColumnProfile[];
  recipe: Recipe | null;
  graph: Graph | null;
  problem: Problem | null;
  warnings: Problem[];
  progress: { phase: string; fraction: number } | null;
  size: number | null;
  filename: string | null;
}
export interface Sample {
  name: string;
  title: string;
  description: string;
  kind: string;
  rows: number;
  columns: number;
}
export interface Template {
  name: string;
  title: string;
  description: string;
  sample: string;
}
export interface RowsPage {
  columns: string[];
  rows: Json[][];
  total: number;
  offset?: number;
}

export type RunState = "queued" | "running" | "paused" | "finished" | "failed";
export interface RunProgress {
  epoch?: number;
  epochs?: number;
  step?: number;
  steps?: number;
  loss?: number;
  eta_seconds?: number | null;
  examples_per_second?: number | null;
  phase?: string;
}
export type Measures = { [metric: string]: number | null };
export interface RunMetrics {
  epoch?: number;
  train?: Measures;
  validation?: Measures;
  test?: Measures;
  best_epoch?: number | null;
  reason?: string;
}
export interface Run {
  id: number;
  number: number;
  project: number | null;
  name: string;
  state: RunState;
  /** A stop was asked for, and the trainer is still finishing. */
  stopping?: boolean;
  progress: RunProgress | null;
  metrics: RunMetrics | null;
  problem: Problem | null;
  queue_position: number | null;
  dataset: number | null;
  created: string;
  started: string | null;
  finished: string | null;
  seconds: number | null;
  graph?: Graph;
  recipe?: Recipe;
  settings?: Settings;
}

export interface RunEvent {
  seq: number;
  time: string;
  type:
    | "started"
    | "phase"
    | "progress"
    | "epoch"
    | "sample"
    | "layers"
    | "checkpoint"
    | "log"
    | "finished"
    | "failed";
  [field: string]: unknown;
}

export interface SystemStatus {
  device: string;
  devices: unknown[];
  version: string;
  supervisor: "alive" | "down";
}
