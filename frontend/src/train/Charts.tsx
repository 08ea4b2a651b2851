/** All charts of a run, or the one that was chosen, and how they are looked at. */

import { ActionIcon } from "@mantine/core";
import type { Run } from "../api/types";
import { epochWords } from "../stores/best";
import type { FeedStatus, RunFeed } from "../stores/run";
import { inSentence, type MeasureList, measureTitle } from "../ui/measures";
import { BandLegend } from "./BandLegend";
import { Chart } from "./Chart";
import { ChartTools } from "./ChartTools";
import styles from "./charts.module.css";
import { useChartView } from "./chartView";
import { bandOver, pageCharts, pointCount, RATE } from "./curves";
import { reachedGoal } from "./words";

interface ChartsProps {
  run: Run;
  feed: RunFeed;
  status: FeedStatus;
  measures: MeasureList;
  /** Whether what has happened so far is still on its way. */
  loading: boolean;
}

export function Charts({ run, feed, status, measures, loading }: ChartsProps) {
  const [view, change] = useChartView();
  const best = bestEpoch(status);
  const bestMark =
    best === null
      ? null
      : {
          epoch: best,
          text: `${reachedGoal(status.terminal?.reason) ? "goal" : "best"}, ${epochWords(run, best)}`,
        };
  const names = pageCharts(feed);
  const chosen = names.find((name) => name === view.chart);
  return (
    <>
      <ChartTools view={view} change={change} />
      <div className={styles.charts}>
        {(chosen === undefined ? names : [chosen]).map((name, place) => {
          const title = measureTitle(name, measures);
          const percent = measures[name]?.format === "percent";
          return (
            <section key={name} className={styles.chart} aria-label={`${title} chart`}>
              <div className={styles.head}>
                <h2 title={measures[name]?.description}>
                  {title} {measures[name]?.scope}
                </h2>
                {name !== RATE && (
                  <span className={styles.legend}>
                    <span data-part="train">training</span>
                    <span data-part="validation">validation</span>
                    <BandLegend over={bandOver(feed, name)} />
                  </span>
                )}
                {names.length > 1 && (
                  <ActionIcon
                    size="sm"
                    variant="subtle"
                    color="gray"
                    aria-label={chosen ? "Show all charts" : `Show ${inSentence(title)} alone`}
                    title={chosen ? "Show all charts" : "Show alone"}
                    onClick={() => change({ chart: chosen ? null : name })}
                  >
                    <Arrows inwards={chosen !== undefined} />
                  </ActionIcon>
                )}
              </div>
              {pointCount(feed, name) === 0 && (
                <p className={styles.waiting} role="status">
                  {emptyWords(status, loading)}
                </p>
              )}
              <Chart
                feed={feed}
                origin={run.origin}
                name={name}
                title={title}
                view={percent ? { ...view, logY: false } : view}
                best={bestMark}
                labelled={place === 0}
                onZoom={(zoom) => change({ zoom })}
              />
            </section>
          );
        })}
      </div>
    </>
  );
}

function emptyWords({ terminal }: FeedStatus, loading: boolean): string {
  if (loading) return "Loading the curves…";
  if (terminal) return "The run ended before there was anything to draw.";
  return "The curves begin with the first steps of the training.";
}

function Arrows({ inwards }: { inwards: boolean }) {
  const path = inwards ? "M7 2v3h3M10 2 7 5M5 10V7H2M2 10l3-3" : "M7 2h3v3M10 2 7 5M5 10H2V7M2 10l3-3";
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
      <path d={path} strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

function bestEpoch({ terminal, epoch }: FeedStatus): number | null {
  const best = terminal?.best_epoch ?? epoch?.best_epoch;
  return typeof best === "number" && best > 0 ? best : null;
}
