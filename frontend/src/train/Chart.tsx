/** One live chart: redrawn by the common scheduler while it is dirty and in sight. */

import type { Plotly } from "plotly.js-cartesian-dist-min";
import { useRef } from "react";
import type { RunFeed } from "../stores/run";
import { changeMarks, type Origin } from "./changeMarks";
import styles from "./charts.module.css";
import type { ChartView } from "./chartView";
import { axisTitle, placeOfEpoch, pointCount, RATE, timeUnit, traces } from "./curves";
import { coloursOf, layout } from "./layout";
import type { Mark } from "./marks";
import { type Details, useDetails } from "./useDetails";
import { CONFIG, usePlot, watchZoom } from "./usePlot";

interface ChartProps {
  feed: RunFeed;
  /** What the run goes on from, which is marked. */
  origin: Origin;
  name: string;
  title: string;
  view: ChartView;
  /** The best epoch, which is marked, and what its mark says. */
  best: { epoch: number; text: string } | null;
  /** Whether the marks say what they are. */
  labelled: boolean;
  /** Called with a stretch of the x axis, or null for all of it. */
  onZoom: (zoom: [number, number] | null) => void;
}

export function Chart(props: ChartProps) {
  const { feed, name, title, view, best, labelled } = props;
  const latest = useRef(props);
  latest.current = props;
  const details = useDetails(feed, name, view);
  const element = usePlot(feed, {
    version: () => feed.version,
    looks: { name, view, best: best?.text, labelled, details: details.version },
    draw: (plotly, place) => draw(plotly, place, props, details),
    watch: (place) =>
      watchZoom(place, () => ({
        unit: unitOf(latest.current),
        logX: latest.current.view.logX,
        onZoom: latest.current.onZoom,
      })),
  });
  return (
    <div
      ref={element}
      className={styles.plot}
      role="img"
      aria-label={
        name === RATE ? `${title} by ${view.xAxis}` : `${title} of training and validation by ${view.xAxis}`
      }
      data-chart={name}
    />
  );
}

/** How many of the zoom's units one unit of the axis is. */
const unitOf = ({ feed, view }: Pick<ChartProps, "feed" | "view">) =>
  view.xAxis === "time" ? timeUnit(feed).seconds : 1;

function draw(plotly: Plotly, place: HTMLDivElement, props: ChartProps, { byKey }: Details) {
  const { feed, name, view, labelled } = props;
  const colours = coloursOf(place);
  const unit = unitOf({ feed, view });
  const zoom = view.zoom && ([view.zoom[0] / unit, view.zoom[1] / unit] as [number, number]);
  const shown = { ...view, zoom };
  const lines = traces(feed, name, colours, shown, byKey);
  const look = { revision: `${feed.run} ${name}`, colours, view: shown, labelled };
  const options = { ...look, xTitle: axisTitle(feed, view.xAxis), width: place.clientWidth - TICKS };
  plotly.react(place, lines, layout({ ...options, marked: marked(props) }, lines), CONFIG);
  place.dataset.detail = String([...byKey.values()].reduce((sum, { x }) => sum + x.length, 0));
  place.dataset.points = String(pointCount(feed, name));
  place.dataset.lastSeq = String(feed.lastSeq);
}

/** Pixels beside the x axis for the numbers of the other one. */
const TICKS = 60;

function marked({ feed, origin, best, labelled, view }: ChartProps): Mark[] {
  const at = best && placeOfEpoch(feed, best.epoch, view.xAxis);
  const marks: Mark[] = best && at !== null ? [{ x: at, text: best.text, dash: "dot" }] : [];
  for (const { x, text, began } of changeMarks(feed, view.xAxis, origin))
    marks.push({ x, text, dash: began ? "solid" : "dash" });
  return labelled ? marks : marks.map((mark) => ({ ...mark, text: "" }));
}
