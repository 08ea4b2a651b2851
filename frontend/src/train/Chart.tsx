/** One live chart: redrawn by the common scheduler while it is dirty and in sight. */

import { Button, useComputedColorScheme } from "@mantine/core";
import type { Drawn, Plotly } from "plotly.js-cartesian-dist-min";
import { useEffect, useRef, useState } from "react";
import { redraw } from "../stores/frames";
import type { RunFeed } from "../stores/run";
import { type Colours, layout, pointCount, traces } from "./curves";
import styles from "./train.module.css";

interface ChartProps {
  feed: RunFeed;
  name: string;
  title: string;
  log: boolean;
  best: number | null;
  labelled: boolean;
}

const CONFIG = { displayModeBar: false, responsive: false, doubleClick: "reset", showTips: false };

export function Chart({ feed, name, title, log, best, labelled }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const [showAll, setShowAll] = useState<(() => void) | null>(null);
  const scheme = useComputedColorScheme("light");
  const looks = { title, log, best, labelled, scheme };
  const latest = useRef(looks);
  latest.current = looks;

  useEffect(() => {
    const place = element.current;
    if (!place) return;
    let plotly: Plotly | null = null;
    let drawn = "";
    let watched = false;
    let visible = true;
    let size = 0;
    import("plotly.js-cartesian-dist-min").then((module) => {
      plotly = module.default;
    });
    const state = () => `${feed.version} ${size} ${JSON.stringify(latest.current)}`;
    const sight = new IntersectionObserver(([entry]) => {
      visible = entry?.isIntersecting ?? true;
    });
    const sizes = new ResizeObserver(() => {
      size = place.clientWidth * 10_000 + place.clientHeight;
    });
    sight.observe(place);
    sizes.observe(place);
    const stop = redraw(
      () => plotly !== null && visible && drawn !== state(),
      () => {
        drawn = state();
        const colours = coloursOf(place);
        const wanted = layout({ feed, colours, ...latest.current });
        plotly?.react(place, traces(feed, name, colours), wanted, CONFIG);
        if (plotly && !watched) watched = watchZoom(plotly, place as unknown as Drawn, setShowAll);
        place.dataset.points = String(pointCount(feed, name));
        place.dataset.lastSeq = String(feed.lastSeq);
      },
    );
    return () => {
      stop();
      sight.disconnect();
      sizes.disconnect();
      plotly?.purge(place);
    };
  }, [feed, name]);

  return (
    <div className={styles.frame}>
      <div
        ref={element}
        className={styles.plot}
        role="img"
        aria-label={`${title} of training and validation by epoch`}
        data-chart={name}
      />
      {showAll && (
        <Button className={styles.showAll} size="compact-xs" variant="default" onClick={showAll}>
          Show all
        </Button>
      )}
    </div>
  );
}

/** Offers a way back while the chart is zoomed in. */
function watchZoom(plotly: Plotly, place: Drawn, offer: (back: () => (() => void) | null) => void): boolean {
  const back = () => plotly.relayout(place, { "xaxis.autorange": true, "yaxis.autorange": true });
  place.on("plotly_relayout", (changes) => {
    if ("xaxis.range[0]" in changes || "yaxis.range[0]" in changes) offer(() => back);
    if (changes["xaxis.autorange"] || changes["yaxis.autorange"]) offer(() => null);
  });
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
