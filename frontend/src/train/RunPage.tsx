/** One run as it happens: progress, figures, curves and log. */

import { VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import type { Run } from "../api/types";
import type { FeedStatus, RunFeed } from "../stores/run";
import type { MeasureList } from "../ui/measures";
import { About } from "./about/About";
import { Charts } from "./Charts";
import { Connection } from "./Connection";
import { Ending } from "./Ending";
import { Examples } from "./examples/Examples";
import { Figures } from "./Figures";
import { Inside } from "./inside/Inside";
import { Log } from "./Log";
import { ProgressCard } from "./ProgressCard";
import styles from "./train.module.css";

interface RunPageProps {
  run: Run;
  project: number;
  feed: RunFeed;
  status: FeedStatus;
  measures: MeasureList;
}

export function RunPage({ run, project, feed, status, measures }: RunPageProps) {
  const [known] = useState(run.last_seq); // what had happened when the page was opened
  const loading = status.terminal === null && feed.lastSeq < known;
  return (
    <>
      <section className={styles.center} aria-label={`Run ${run.number}`}>
        <VisuallyHidden component="h1">
          Run {run.number}, {run.name}
        </VisuallyHidden>
        <Connection feed={feed} status={status} run={run} />
        <ProgressCard run={run} status={status} />
        <Ending run={run} project={project} status={status} measures={measures} />
        <Figures run={run} feed={feed} status={status} measures={measures} />
        <Charts run={run} feed={feed} status={status} measures={measures} loading={loading} />
      </section>
      <aside className={styles.side}>
        <About run={run} project={project} />
        <Inside project={project} feed={feed} status={status} loading={loading} />
        <Examples dataset={run.dataset} status={status} loading={loading} />
        <Log feed={feed} loading={loading} />
      </aside>
    </>
  );
}
