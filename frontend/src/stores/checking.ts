/** The live check: the report on the drawing as it is now, asked for a moment after each edit. */

import { replaceEqualDeep } from "@tanstack/react-query";
import { create } from "zustand";
import { ApiError, api } from "../api/client";
import type { GraphProblem, Report } from "../api/types";
import { useEditor } from "./editor";

interface Checking {
  report: Report | null;
  /** Problems by node id. */
  byNode: Map<string, GraphProblem[]>;
  busy: boolean;
  error: ApiError | null;
}

const empty: Checking = { report: null, byNode: new Map(), busy: false, error: null };

export const useChecking = create<Checking>(() => empty);
export const useReport = () => useChecking((checking) => checking.report);

const QUIET = 60;

let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | null = null;

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
      useChecking.setState({ report, byNode, busy: false, error: null });
    },
    (error: unknown) => {
      if (asking !== mine || !(error instanceof ApiError)) return;
      useChecking.setState({ busy: false, error });
      if (error.status === 0 || error.status >= 500) schedule(2_000);
    },
  );
}

function group(report: Report): Map<string, GraphProblem[]> {
  const problems = new Map<string, GraphProblem[]>();
  for (const problem of report.problems) {
    if (problem.node) problems.set(problem.node, [...(problems.get(problem.node) ?? []), problem]);
  }
  return problems;
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
    if (project !== null) schedule(0);
    return;
  }
  const { graph, dataset, recipe } = before.document;
  const same = document.graph === graph && document.dataset === dataset && document.recipe === recipe;
  if (!same && project !== null) schedule(QUIET);
});
