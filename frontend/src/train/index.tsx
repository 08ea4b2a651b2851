/** The Train step: the runs of the project, and the chosen one live. */

import type { Run } from "../api/types";
import { useChosenRun } from "../stores/chosenRun";
import { useEditor } from "../stores/editor";
import { useRunFeed } from "../stores/run";
import { measuresOf } from "../ui/measures";
import { Waiting } from "../ui/Waiting";
import { NoRuns } from "./NoRuns";
import { upToDate } from "./position";
import { RunList } from "./RunList";
import { RunPage } from "./RunPage";
import styles from "./train.module.css";

export default function Train() {
  const project = useEditor((editor) => editor.project);
  return project === null ? null : <Runs project={project} />;
}

function Runs({ project }: { project: number }) {
  const { runs, run, choose } = useChosenRun(project);
  if (!runs) return <Waiting label="Reading the runs" />;
  if (!run) return <NoRuns />;
  return <Chosen runs={runs} run={run} project={project} choose={choose} />;
}

interface ChosenProps {
  runs: Run[];
  run: Run;
  project: number;
  choose: (id: number | null) => void;
}

function Chosen({ runs, run, project, choose }: ChosenProps) {
  const { feed, status } = useRunFeed(run.id);
  const measures = measuresOf(status.started);
  return (
    <div className={styles.page}>
      <RunList
        runs={runs.map((one) => (one.id === run.id ? upToDate(one, status) : one))}
        chosen={run.id}
        measures={measures}
        choose={choose}
      />
      <RunPage key={run.id} run={run} project={project} feed={feed} status={status} measures={measures} />
    </div>
  );
}
