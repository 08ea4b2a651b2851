/** Several runs beside each other: one chart for each metric, and where they differ. */

import { Button } from "@mantine/core";
import { ApiError } from "../../api/client";
import { useComparison } from "../../api/runs";
import type { Comparison } from "../../api/types";
import { plural } from "../../ui/format";
import { type MeasureList, measuresOf } from "../../ui/measures";
import { ProblemCard } from "../../ui/Problem";
import { Waiting } from "../../ui/Waiting";
import { ChartTools } from "../ChartTools";
import { useChartView } from "../chartView";
import { LOSS } from "../curves";
import { type Picked, useShown } from "../list/selection";
import { CompareChart } from "./CompareChart";
import styles from "./compare.module.css";
import { namesOfAll } from "./curves";
import { Differences } from "./Differences";
import { TOKENS } from "./tokens";
import { useFeeds } from "./useFeeds";

export default function ComparePage({ picked }: { picked: Picked }) {
  const { data, error } = useComparison(picked.runs);
  if (error) {
    return (
      <section className={styles.page} aria-label="Comparison">
        <ProblemCard
          title="These runs cannot be compared"
          message={
            error instanceof ApiError && error.status === 404
              ? "One of them is not there: it was deleted, or the link is wrong."
              : error.message
          }
        >
          <Button size="xs" variant="default" onClick={picked.clear}>
            Pick others
          </Button>
        </ProblemCard>
      </section>
    );
  }
  if (!data) return <Waiting label="Comparing the runs" />;
  return <Compared found={data} />;
}

function Compared({ found }: { found: Comparison }) {
  const [view, change] = useChartView();
  const [, show] = useShown();
  const feeds = useFeeds(found.runs.map((run) => run.id));
  const measures: MeasureList = Object.assign({}, ...feeds.map((feed) => measuresOf(feed.status.started)));
  const runs = found.runs.flatMap((run, place) => {
    const feed = feeds[place];
    const token = TOKENS[place] ?? "ink";
    return feed ? [{ feed, name: `#${run.number} ${run.name}`, colour: "", token }] : [];
  });
  return (
    <section className={styles.page} aria-label="Comparison">
      <div className={styles.head}>
        <h1>{plural(runs.length, "run")} compared</h1>
        <span className={styles.key}>
          <span>validation</span>
          <span data-part="train">training</span>
        </span>
        <Button size="xs" variant="default" ml="auto" onClick={() => show("run")}>
          Close the comparison
        </Button>
      </div>
      <ChartTools view={view} change={change} />
      {namesOfAll(feeds).map((name) => (
        <CompareChart
          key={`${name} ${runs.map((run) => run.feed.run).join()}`}
          runs={runs}
          feeds={feeds}
          name={name}
          measures={measures}
          ranked={found.same_loss || (name !== LOSS && measures[name]?.kind !== "loss")}
          view={view}
          onZoom={(zoom) => change({ zoom })}
        />
      ))}
      <Differences found={found} />
    </section>
  );
}
