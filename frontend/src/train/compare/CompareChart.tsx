/** One metric of several runs, and beside it what each run has at the place one points at. */

import type { Drawn, Plotly } from "plotly.js-cartesian-dist-min";
import { useRef, useState } from "react";
import type { RunFeed } from "../../stores/run";
import { count, decimal } from "../../ui/format";
import { type MeasureList, measureTitle, measureValue } from "../../ui/measures";
import table from "../../ui/Table.module.css";
import { BandLegend } from "../BandLegend";
import charts from "../charts.module.css";
import type { ChartView } from "../chartView";
import { bandOver } from "../curves";
import { coloursOf, layout } from "../layout";
import { CONFIG, usePlot, watchZoom } from "../usePlot";
import styles from "./compare.module.css";
import { atBest, type Compared, commonUnit, type Line, lines, traces, valueAt, winner } from "./curves";
import { versionOf } from "./useFeeds";

interface CompareChartProps {
  runs: (Compared & { token: string })[];
  feeds: RunFeed[];
  name: string;
  measures: MeasureList;
  /** Whether the values of these runs can be ranked. */
  ranked: boolean;
  view: ChartView;
  onZoom: (zoom: [number, number] | null) => void;
}

const axisName = (feeds: RunFeed[], { xAxis }: ChartView) =>
  xAxis === "time" ? `Time (${commonUnit(feeds).name})` : xAxis === "step" ? "Step" : "Epoch";

export function CompareChart({ runs, feeds, name, measures, ranked, view, onZoom }: CompareChartProps) {
  const [at, setAt] = useState<number | null>(null);
  const title = measureTitle(name, measures);
  const unit = view.xAxis === "time" ? commonUnit(feeds).seconds : 1;
  const latest = useRef({ unit, logX: view.logX, onZoom });
  latest.current = { unit, logX: view.logX, onZoom };
  const element = usePlot(feeds, {
    version: () => versionOf(feeds),
    looks: { name, view, tokens: runs.map((run) => run.token) },
    draw: (plotly, place) => draw(plotly, place, { runs, feeds, name, view, unit }),
    watch: (place) => {
      watchZoom(place, () => latest.current);
      watchPointer(place, setAt);
    },
  });
  const drawn = lines(feeds, name, view.xAxis);
  return (
    <section className={styles.chart} aria-label={`${title} chart`}>
      <div className={styles.plotSide}>
        <h2 title={measures[name]?.description}>
          {`${title} ${measures[name]?.scope ?? ""}`}
          <BandLegend over={feeds.map((feed) => bandOver(feed, name)).find(Boolean) ?? null} />
        </h2>
        {drawn.every(({ x }) => x.length === 0) && (
          <p className={charts.waiting}>The curves of these runs will be drawn here.</p>
        )}
        <div
          ref={element}
          className={charts.plot}
          role="img"
          aria-label={`${title} of ${runs.length} runs by ${view.xAxis}`}
          data-compared={name}
        />
      </div>
      <Readout
        runs={runs}
        lines={drawn}
        name={name}
        measures={measures}
        ranked={ranked}
        at={at}
        axis={axisName(feeds, view)}
      />
    </section>
  );
}

interface Drawing {
  runs: CompareChartProps["runs"];
  feeds: RunFeed[];
  name: string;
  view: ChartView;
  unit: number;
}

function draw(plotly: Plotly, place: HTMLDivElement, { runs, feeds, name, view, unit }: Drawing): void {
  const style = getComputedStyle(place);
  const looks = runs.map((run) => ({ ...run, colour: style.getPropertyValue(`--${run.token}`).trim() }));
  const zoom = view.zoom && ([view.zoom[0] / unit, view.zoom[1] / unit] as [number, number]);
  const shown = { ...view, zoom };
  const made = traces(looks, name, shown);
  const colours = coloursOf(place);
  const revision = `${feeds.map((feed) => feed.run).join()} ${name}`;
  const base = layout({ revision, xTitle: axisName(feeds, view), colours, view: shown }, made);
  const xaxis = { ...(base.xaxis as object), showspikes: true, spikemode: "across", spikesnap: "cursor" };
  plotly.react(place, made, { ...base, xaxis, hovermode: "x", hoverdistance: -1 }, CONFIG);
  place.dataset.lines = String(made.length);
}

/** Tells where on the x axis the pointer is, and that it has gone. */
function watchPointer(place: Drawn, tell: (at: number | null) => void): void {
  place.on("plotly_hover", ({ xvals }) => tell(xvals?.[0] ?? null));
  place.on("plotly_unhover", () => tell(null));
}

interface ReadoutProps {
  runs: CompareChartProps["runs"];
  lines: Line[];
  name: string;
  measures: MeasureList;
  ranked: boolean;
  at: number | null;
  axis: string;
}

/** What each run has at that place, or at its end; and at its best epoch, whose model is kept. */
function Readout({ runs, lines: drawn, name, measures, ranked, at, axis }: ReadoutProps) {
  const better = measures[name]?.better ?? "lower";
  const of = (run: number, part: Line["part"]) =>
    drawn.find((line) => line.run === run && line.part === part);
  const value = (line: Line | undefined) =>
    line ? (at === null ? (line.y.at(-1) ?? null) : valueAt(line, at)) : null;
  const best = runs.map((run) => atBest(run.feed, name));
  const first = ranked ? winner(best, better) : null;
  return (
    <div className={styles.readout}>
      <table className={table.table} aria-label={`${measureTitle(name, measures)} of each run`}>
        <thead>
          <tr>
            <th scope="col">{at === null ? "At the end" : placeText(axis, at)}</th>
            <th scope="col" className={table.number}>
              Training
            </th>
            <th scope="col" className={table.number}>
              Validation
            </th>
            <th
              scope="col"
              className={table.number}
              title="Validation at the best epoch, whose model is kept"
            >
              At best epoch
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, place) => (
            <tr key={run.feed.run}>
              <th scope="row" title={run.name}>
                <span className={styles.swatch} data-token={run.token} />
                {run.name}
              </th>
              <td className={table.number}>
                {measureValue(name, value(of(run.feed.run, "train")), measures)}
              </td>
              <td className={table.number}>
                {measureValue(name, value(of(run.feed.run, "validation")), measures)}
              </td>
              <td
                className={table.number}
                data-first={(first !== null && best[place] === first) || undefined}
              >
                {measureValue(name, best[place], measures)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** "Epoch 5", "Step 1,200", "Time (s) 1.8". */
const placeText = (axis: string, at: number) =>
  `${axis} ${axis.startsWith("Time") ? decimal(Number(at.toPrecision(3))) : count(at)}`;
