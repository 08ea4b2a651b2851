/** The live check: the report on the drawing as it is now, asked for a moment after each edit. */

import { replaceEqualDeep } from "@tanstack/react-query";
import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { ApiError, api } from "../api/client";
import type { Flowing, GraphProblem, Report } from "../api/types";
import { useEditor } from "./editor";
import { flowing } from "./graph/flowing";
import { pathOf } from "./graph/levels";
import { currentLayers } from "./palette";

interface Checking {
  report: Report | null;
  /** Problems by node id. */
  byNode: Map<string, GraphProblem[]>;
  busy: boolean;
  error: ApiError | null;
}

const empty: Checking = { report: null, byNode: new Map(), busy: false, error: null };

export const useChecking = create<Checking>(() => empty);

/** Why the data cannot be used as they are prepared; the check of a drawing then tells nothing else. */
export const useDataProblem = (): GraphProblem | null => {
  const prepared = useEditor((editor) => editor.document.recipe !== null);
  const report = useReport();
  const first = report?.problems[0];
  const nothing = prepared && report !== null && Object.keys(report.targets).length === 0;
  return nothing && first?.node === null ? first : null;
};
export const useReport = () => useChecking((checking) => checking.report);

/** What comes out of a node, also of a port of a block. `key` is its name in the report. */
export const useFlowing = (key: string, output = 0): Flowing | undefined =>
  useChecking(
    useShallow(({ report }) =>
      flowing(useEditor.getState().document.graph, currentLayers(), report, pathOf(key), output),
    ),
  );

/** How many problems there are inside a block. */
export const useProblemsWithin = (key: string): number =>
  useChecking(({ byNode }) => {
    let count = 0;
    for (const [node, problems] of byNode) if (node.startsWith(`${key}/`)) count += problems.length;
    return count;
  });

const QUIET = 60;
const PAUSES = [2_000, 4_000, 8_000, 16_000, 32_000];

let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | null = null;
/** How many times in a row the check of this drawing failed. */
let failures = 0;

function ask(): void {
  asking?.abort();
  const { project, document } = useEditor.getState();
  if (project === null) return;
  const { graph, dataset, recipe } = document;
  const mine = new AbortController();
  asking = mine;
  useChecking.setState({ busy: true });
  api.post<Report>("/api/check/", { graph, dataset, recipe }, { signal: mine.signal }).then(
    (answer) => {
      if (asking !== mine) return;
      // Parts that did not change keep their identity, so that only the nodes they are about draw again.
      const report = replaceEqualDeep(useChecking.getState().report, answer) as Report;
      const byNode = group(report);
      failures = 0;
      useChecking.setState({ report, byNode, busy: false, error: null });
    },
    (error: unknown) => {
      if (asking !== mine || !(error instanceof ApiError)) return;
      useChecking.setState({ busy: false, error });
      if (error.status === 0 || error.status >= 500) retry(error.status === 0);
    },
  );
}

/** A server that cannot be reached is waited for; one that fails at this drawing is asked a few times only. */
function retry(unreachable: boolean): void {
  const pause = PAUSES[failures] ?? (unreachable ? PAUSES.at(-1) : undefined);
  failures += 1;
  if (pause !== undefined) schedule(pause);
}

function group(report: Report): Map<string, GraphProblem[]> {
  const problems = new Map<string, GraphProblem[]>();
  for (const problem of report.problems) {
    if (problem.node) problems.set(problem.node, [...(problems.get(problem.node) ?? []), problem]);
  }
  return problems;
}

function askAnew(wait: number): void {
  failures = 0;
  schedule(wait);
}

function schedule(wait: number): void {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

useEditor.subscribe((now, before) => {
  const { project, document } = now;
  if (project !== before.project) {
    asking?.abort();
    useChecking.setState(empty);
    if (project !== null) askAnew(0);
    return;
  }
  const { graph, dataset, recipe } = before.document;
  const same = document.graph === graph && document.dataset === dataset && document.recipe === recipe;
  if (!same && project !== null) askAnew(QUIET);
});
