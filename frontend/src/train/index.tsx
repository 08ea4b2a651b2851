/** The Train step: the runs of the project, and the chosen one live. */

import { lazy, Suspense, useEffect } from "react";
import { seeRuns, useNotices } from "../api/notices";
import { isLive } from "../api/queries";
import type { Run, RunEvent } from "../api/types";
import { useChosenRun, useListedRuns } from "../stores/chosenRun";
import { useEditor } from "../stores/editor";
import { lookAt, sawEnd } from "../stores/notices";
import { useRunFeed } from "../stores/run";
import { measuresOf } from "../ui/measures";
import { Waiting } from "../ui/Waiting";
import { Actions } from "./Actions";
import { useListQuery } from "./list/query";
import { RunList } from "./list/RunList";
import { RunTablePage } from "./list/RunTablePage";
import { usePicked, useShown } from "./list/selection";
import { NoRuns } from "./NoRuns";
import { upToDate } from "./position";
import { RunPage } from "./RunPage";
import styles from "./train.module.css";

const ComparePage = lazy(() => import("./compare/ComparePage"));

export default function Train() {
  const project = useEditor((editor) => editor.project);
  return project === null ? null : <Runs project={project} />;
}

function Runs({ project }: { project: number }) {
  const { runs, run, choose } = useChosenRun(project);
  if (!runs) return <Waiting label="Reading the runs" />;
  if (!run) return <NoRuns />;
  return <Chosen run={run} project={project} choose={choose} />;
}

interface ChosenProps {
  run: Run;
  project: number;
  choose: (id: number | null) => void;
}

function Chosen({ run, project, choose }: ChosenProps) {
  const { feed, status } = useRunFeed(run.id);
  const [query, ask] = useListQuery();
  const { table, runs = [] } = useListedRuns(project, query);
  const picked = usePicked();
  useSeen(run, status.terminal);
  const [shown] = useShown();
  const rows = runs.map((one) => (one.id === run.id ? { ...one, ...upToDate(one, status) } : one));
  const list = { table, runs: rows, chosen: shown === "compare" ? 0 : run.id, query, ask, picked };
  const actions = <Actions run={run} status={status} />;
  if (shown === "runs") {
    return (
      <>
        {actions}
        <RunTablePage project={project} {...list} />
      </>
    );
  }
  return (
    <div className={styles.page}>
      {actions}
      <RunList {...list} choose={choose} />
      {shown === "compare" ? (
        <Suspense fallback={<Waiting label="Comparing the runs" />}>
          <ComparePage picked={picked} />
        </Suspense>
      ) : (
        <RunPage
          key={run.id}
          run={run}
          project={project}
          feed={feed}
          status={status}
          measures={measuresOf(status.started)}
        />
      )}
    </div>
  );
}

/** Who looks at a run that has ended has seen that it has. */
function useSeen(run: Run, terminal: RunEvent | null): void {
  const { data } = useNotices();
  const unseen = data?.notices.some((notice) => notice.run === run.id) ?? false;
  const over = terminal !== null || !isLive(run);
  const finished = terminal?.time ?? run.finished;
  useEffect(() => lookAt(run.id), [run.id]);
  useEffect(() => {
    const see = () => {
      if (document.hidden || !over) return;
      const now = sawEnd({ run: run.id, finished }); // it may be among the notices only later
      if (now || unseen) seeRuns([run.id]).catch(() => {});
    };
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [run.id, over, unseen, finished]);
}
