/** A live chart on the page: redrawn by the common scheduler while it is dirty and in sight. */

import { useComputedColorScheme } from "@mantine/core";
import type { Drawn, Plotly } from "plotly.js-cartesian-dist-min";
import { type RefObject, useEffect, useRef } from "react";
import { redraw } from "../stores/frames";

export const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, showTips: false };

export interface Plotting {
  /** Changes whenever there are new points. */
  version: () => string | number;
  /** Whatever else decides how it is drawn. */
  looks: unknown;
  draw: (plotly: Plotly, place: HTMLDivElement) => void;
  /** Called once, when the chart can be listened to. */
  watch: (place: Drawn) => void;
}

/** Where the chart is drawn. Another `source` means another chart: it starts anew. */
export function usePlot(source: unknown, plotting: Plotting): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const latest = useRef({ ...plotting, scheme });
  latest.current = { ...plotting, scheme };

  // biome-ignore lint/correctness/useExhaustiveDependencies: another source is another chart
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
      const { version, looks, scheme } = latest.current;
      return `${version()} ${size} ${JSON.stringify([looks, scheme])}`;
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
        latest.current.draw(plotly as Plotly, place);
        if (!watched) latest.current.watch(place as unknown as Drawn);
        watched = true;
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
  }, [source]);

  return element;
}

/** What turns a stretch of an axis into a zoom. */
export interface Zooming {
  /** How many of the zoom's units one unit of the axis is. */
  unit: number;
  logX: boolean;
  onZoom: (zoom: [number, number] | null) => void;
}

/** A stretch drawn with the pointer becomes the zoom; a double click ends it. */
export function watchZoom(place: Drawn, now: () => Zooming): void {
  place.on("plotly_relayout", (changes) => {
    const from = changes["xaxis.range[0]"];
    const to = changes["xaxis.range[1]"];
    if (typeof from !== "number" || typeof to !== "number") return;
    const { unit, logX, onZoom } = now();
    const real = (value: number) => unit * (logX ? 10 ** value : value);
    onZoom([real(from), real(to)]);
  });
  place.on("plotly_doubleclick", () => now().onZoom(null));
}
