/** One live chart: redrawn by the common scheduler while it is dirty and in sight. */

import { useComputedColorScheme } from "@mantine/core";
import type { Drawn, Plotly } from "plotly.js-cartesian-dist-min";
import { useEffect, useRef } from "react";
import { redraw } from "../stores/frames";
import type { RunFeed } from "../stores/run";
import styles from "./charts.module.css";
import type { ChartView } from "./chartView";
import { axisTitle, placeOfEpoch, pointCount, timeUnit, traces } from "./curves";
import { type Colours, layout } from "./layout";

interface ChartProps {
  feed: RunFeed;
  name: string;
  title: string;
  view: ChartView;
  /** The best epoch, which is marked. */
  best: number | null;
  /** Whether the mark says what it is. */
  labelled: boolean;
  /** Called with a stretch of the x axis, or null for all of it. */
  onZoom: (zoom: [number, number] | null) => void;
}

const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, showTips: false };

export function Chart(props: ChartProps) {
  const { feed, name, title } = props;
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const latest = useRef({ ...props, scheme });
  latest.current = { ...props, scheme };

  useEffect(() => {
    const place = element.current;
    if (!place) return;
    let plotly: Plotly | null = null;
    let drawn = "";
    let watched = false;
    let visible = true;
    let held = false;
    let size = 0;
    import("plotly.js-cartesian-dist-min").then((module) => {
      plotly = module.default;
    });
    const state = () => {
      const { view, best, labelled, scheme } = latest.current;
      return `${feed.version} ${size} ${JSON.stringify({ view, best, labelled, scheme })}`;
    };
    const sight = new IntersectionObserver(([entry]) => {
      visible = entry?.isIntersecting ?? true;
    });
    const sizes = new ResizeObserver(() => {
      size = place.clientWidth * 10_000 + place.clientHeight;
    });
    const hold = () => {
      held = true; // drawing anew would end what the pointer has begun
    };
    const release = () => {
      held = false;
    };
    place.addEventListener("pointerdown", hold);
    window.addEventListener("pointerup", release);
    sight.observe(place);
    sizes.observe(place);
    const stop = redraw(
      () => plotly !== null && visible && !held && drawn !== state(),
      () => {
        drawn = state();
        draw(plotly as Plotly, place, latest.current);
        if (plotly && !watched) watched = watchZoom(place as unknown as Drawn, () => latest.current);
      },
    );
    return () => {
      stop();
      sight.disconnect();
      sizes.disconnect();
      place.removeEventListener("pointerdown", hold);
      window.removeEventListener("pointerup", release);
      plotly?.purge(place);
    };
  }, [feed]);

  return (
    <div
      ref={element}
      className={styles.plot}
      role="img"
      aria-label={`${title} of training and validation by ${props.view.xAxis}`}
      data-chart={name}
    />
  );
}

function draw(plotly: Plotly, place: HTMLDivElement, { feed, name, view, best, labelled }: ChartProps) {
  const colours = coloursOf(place);
  const unit = view.xAxis === "time" ? timeUnit(feed).seconds : 1;
  const zoom = view.zoom && ([view.zoom[0] / unit, view.zoom[1] / unit] as [number, number]);
  const shown = { ...view, zoom };
  const lines = traces(feed, name, colours, shown);
  const options = { revision: `${feed.run} ${name}`, colours, view: shown };
  const mark = bestMark({ feed, best, labelled, view });
  plotly.react(
    place,
    lines,
    layout({ ...options, xTitle: axisTitle(feed, view.xAxis), best: mark }, lines),
    CONFIG,
  );
  place.dataset.points = String(pointCount(feed, name));
  place.dataset.lastSeq = String(feed.lastSeq);
}

function bestMark({ feed, best, labelled, view }: Pick<ChartProps, "feed" | "best" | "labelled" | "view">) {
  if (best === null) return null;
  const x = placeOfEpoch(feed, best, view.xAxis);
  if (x === null) return null;
  const newest = feed.series.get("validation.loss")?.x.view().at(-1) ?? best;
  const last = placeOfEpoch(feed, newest, view.xAxis) ?? x;
  return { x, text: labelled ? `best, epoch ${best}` : "", last };
}

/** A stretch drawn with the pointer becomes the zoom; a double click ends it. */
function watchZoom(place: Drawn, now: () => ChartProps): boolean {
  place.on("plotly_relayout", (changes) => {
    const from = changes["xaxis.range[0]"];
    const to = changes["xaxis.range[1]"];
    if (typeof from !== "number" || typeof to !== "number") return;
    const { feed, view, onZoom } = now();
    const unit = view.xAxis === "time" ? timeUnit(feed).seconds : 1;
    const real = (value: number) => unit * (view.logX ? 10 ** value : value);
    onZoom([real(from), real(to)]);
  });
  place.on("plotly_doubleclick", () => now().onZoom(null));
  return true;
}

function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    train: token("train"),
    validation: token("validation"),
    ink: token("ink"),
    mute: token("mute"),
    line: token("line"),
    panel: token("panel"),
  };
}
