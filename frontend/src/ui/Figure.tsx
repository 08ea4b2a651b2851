/** A figure made by the server, drawn in the colours of the page and drawn anew when they or its size change. */

import { useComputedColorScheme } from "@mantine/core";
import type { Plotly } from "plotly.js-cartesian-dist-min";
import { useEffect, useRef } from "react";
import { type PlotlyFigure, themed } from "./figures";

const CONFIG = { displayModeBar: false, responsive: true, showTips: false };

interface FigureProps {
  figure: PlotlyFigure;
  /** What it shows, for those who do not see it. */
  label: string;
  height?: number;
}

export function Figure({ figure, label, height = 240 }: FigureProps) {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which follows the scheme
  useEffect(() => {
    const place = element.current;
    if (!place) return;
    let plotly: Plotly | null = null;
    let gone = false;
    import("plotly.js-cartesian-dist-min").then((module) => {
      if (gone) return;
      plotly = module.default;
      const style = getComputedStyle(place);
      const drawn = themed(figure, (name) => style.getPropertyValue(`--${name}`).trim());
      plotly.react(place, drawn.data, drawn.layout, CONFIG);
    });
    return () => {
      gone = true;
      plotly?.purge(place);
    };
  }, [figure, scheme]);

  return <div ref={element} role="img" aria-label={label} style={{ height }} data-figure={label} />;
}
