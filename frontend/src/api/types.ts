/** The documents and rows the server speaks in: the types generated from its OpenAPI description, by their short
 *  names. Only what the description leaves open (free JSON, JSON Schema, the fields of events) is written here. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Config = { [key: string]: Json };

/** What is wrong; the browser makes some itself, without a place. */
export interface Problem {
  code: string;
  message: string;
  hint?: string | null;
  where?: Config;
}

export type GraphNode = Omit<Schemas["Node"], "config"> & { config: Config };
/** A wire; without `output` it starts at the first output of its source. */
export type GraphEdge = Omit<Schemas["Edge"], "output"> & { output?: number };
/** A drawing that stands as one node in others. */
export interface Block {
  title: string;
  description: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
}
export type Blocks = { [name: string]: Block };
export interface Graph {
  format: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
  blocks?: Blocks;
}
/** A block on its own, with the blocks inside it. */
export type BlockDocument = Block & { blocks?: Blocks };
export interface LibraryBlock {
  name: string;
  block: BlockDocument;
}
export type SavedBlock = Omit<Schemas["SavedBlock"], "block"> & { block: BlockDocument };

/** The fields beyond these are edited by their schema, whatever they hold. */
export type ColumnRecipe = Pick<Schemas["Column"], "role" | "kind"> & {
  fill?: string | null;
  encode?: string | null;
  scale?: string | null;
  [field: string]: Json | undefined;
};
export type Recipe = Omit<
  Schemas["Recipe"],
  "columns" | "image" | "split" | "format" | "series" | "duplicates" | "outputs"
> & {
  format: number;
  columns: { [name: string]: ColumnRecipe };
  outputs?: Schemas["Recipe"]["outputs"];
  image?: Schemas["ImageSize"] | null;
  split: Omit<Schemas["Split"], "method" | "by" | "folds" | "fold"> & {
    method: string;
    by?: string | null;
    folds?: number | null;
    fold?: number;
  };
  series?: Config | null;
  duplicates?: Schemas["Recipe"]["duplicates"];
};
/** The training settings; the browser edits them by their schema, whatever they hold. */
export type Settings = Config;

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
  "x-source"?: "inputs" | "targets" | "classes" | "layers" | "monitors";
  "x-advanced"?: boolean;
  "x-empty"?: string;
  "x-usual"?: "usual_metrics";
  "x-fits"?: "losses" | "metrics";
  "x-rare"?: string[];
  "x-inherits"?: string;
  "x-only"?: string[];
  "x-words"?: { [option: string]: string };
  "x-hidden"?: boolean;
}

export type TargetReport = Schemas["TargetReport"];
export type Role = Schemas["LayerRole"];
export type LayerType = Omit<Schemas["Layer"], "schema" | "role"> & { schema: Schema; role?: Role | null };
export type Rates = Schemas["Rates"];
/** What a run would take. */
export type Preflight = Omit<Schemas["Preflight"], "problem"> & { problem: Problem | null };
/** One line of a search for a learning rate; the last one holds the result or a problem. */
export type RateSearch = Omit<Schemas["RateSearch"], "problem"> & { problem?: Problem };
export type FoundRate = Schemas["FoundRate"];
export interface SettingsForm {
  schema: Schema;
  default: Settings;
}

/** A remedy for a problem: one edit of the graph, or a patch of how the data are read or prepared. */
export interface Fix {
  label: string;
  insert?: { type: string; config: Config; before: string; port: number };
  set?: { node: string; config: Config };
  connect?: { source: string; target: string; port: number };
  remove?: { node: string };
  reading?: Config;
  recipe?: Config;
}
export type GraphProblem = Omit<Schemas["GraphProblem"], "fix"> & { fix: Fix | null };
export type NodeReport = Schemas["NodeReport"];
export type Report = Omit<Schemas["Report"], "problems"> & { problems: GraphProblem[] };
/** What a wire brings. */
export type Flowing = Pick<NodeReport, "shape" | "dtype">;

export type ProjectRow = Schemas["ProjectList"];
export interface ProjectDocument {
  name: string;
  graph: Graph;
  dataset: number | null;
  recipe: Recipe | null;
  settings: Settings;
}
/** What a run freezes. */
export type Documents = Pick<ProjectDocument, "graph" | "dataset" | "recipe" | "settings">;
export type Project = ProjectDocument &
  Pick<Schemas["Project"], "id" | "updated" | "created" | "dataset_name">;

export type ColumnProfile = Omit<Schemas["ProfileColumn"], "examples" | "top"> & {
  examples: Json[];
  top: [Json, number][];
};
export type DatasetRow = Omit<Schemas["DatasetList"], "problem"> & { problem: Problem | null };
export type Dataset = DatasetRow & {
  columns: ColumnProfile[];
  recipe: Recipe | null;
  graph: Graph | null;
  settings: Config;
  warnings: Problem[];
  sha256: string;
  reading: FileReading | null;
  wishes: Wishes;
  rereading: boolean;
  rejected: number;
  files: Schemas["DatasetFile"][];
  appended_to: number | null;
  newer: number | null;
};
export type UploadRow = Schemas["UploadRow"];
/** What becomes of files that come together. */
export type Together = Schemas["Together"];
/** How a file was read, and what somebody wanted of it. */
export type FileReading = Schemas["Reading"];
export type Wishes = Partial<Schemas["Wishes"]>;
export type Sample = Schemas["Sample"];
export type Template = Schemas["Template"];
export type RowsPage = Pick<Schemas["Rows"], "columns" | "total"> & {
  rows: Json[][];
  offset?: number;
  numbers?: number[];
};
export type ColumnFigures = Omit<Schemas["ColumnFigures"], "facts"> & { facts: [string, Json][] };
export type Relations = Schemas["Relations"];

export type RunState = Schemas["RunState"];
/** Measured values by name: loss, accuracy… */
export type Measures = { [name: string]: number | null };
export type RunMetrics = Omit<Schemas["Measures"], "reason"> & { reason?: string };
/** A run; lists leave out what was trained, on what, and how. */
export type Run = Omit<Schemas["RunList"], "problem" | "state" | "metrics"> & {
  state: RunState;
  metrics: RunMetrics | null;
  problem: Problem | null;
  graph?: Graph;
  recipe?: Recipe | null;
  settings?: Settings;
  changes?: Schemas["Change"][];
};

/** A run as a row of the table: also where its settings and its layers differ from the others'. */
export type RunRow = Run &
  Pick<Schemas["RunRow"], "learning_rate" | "changed_rate" | "shared" | "layers"> & { differing: Config };
export type LayerChange = Schemas["LayerChange"];
export type RunTable = Omit<Schemas["RunTable"], "runs"> & { runs: RunRow[] };
/** What a person may say about a run. */
export type RunNotes = Schemas["PatchedRunNotesRequest"];
/** Several runs, and every place where they differ. */
export type Comparison = Omit<Schemas["Comparison"], "runs"> & {
  runs: (Run & Pick<Schemas["Ranked"], "shared">)[];
};
/** A measure that runs are known by. */
export type Lead = Schemas["Lead"];
/** What a model answered for the test rows. */
export type Evaluation = Schemas["Evaluation"];
export type Baseline = Schemas["Baseline"];
export type Notice = Schemas["Notice"];
export type Notices = Schemas["Notices"];
export type Webhook = Schemas["Webhook"];
export type Trial = Schemas["Trial"];

export type RunEvent = Schemas["Event"] & { [field: string]: unknown };
export type SystemStatus = Schemas["System"];
