/** All charts of a run. */

import { Switch } from "@mantine/core";
import { useState } from "react";
import type { FeedStatus, RunFeed } from "../stores/run";
import { type MeasureList, measureTitle } from "../ui/measures";
import { Chart } from "./Chart";
import { chartNames } from "./curves";
import styles from "./train.module.css";

interface ChartsProps {
  feed: RunFeed;
  status: FeedStatus;
  measures: MeasureList;
}

export function Charts({ feed, status, measures }: ChartsProps) {
  const [log, setLog] = useState(false);
  const best = bestEpoch(status);
  return (
    <div className={styles.charts}>
      {chartNames(feed).map((name, place) => (
        <section key={name} className={styles.chart} aria-label={`${measureTitle(name, measures)} chart`}>
          <div className={styles.chartHead}>
            <h2>{measureTitle(name, measures)}</h2>
            {place === 0 && (
              <Switch
                size="xs"
                label="Log scale"
                checked={log}
                onChange={(event) => setLog(event.currentTarget.checked)}
              />
            )}
            <span className={styles.legend}>
              <span data-part="train">training</span>
              <span data-part="validation">validation</span>
            </span>
          </div>
          <Chart
            feed={feed}
            name={name}
            title={measureTitle(name, measures)}
            log={place === 0 && log}
            best={best}
            labelled={place === 0}
          />
        </section>
      ))}
    </div>
  );
}

function bestEpoch({ terminal, epoch }: FeedStatus): number | null {
  const best = terminal?.best_epoch ?? epoch?.best_epoch;
  return typeof best === "number" && best > 0 ? best : null;
}
