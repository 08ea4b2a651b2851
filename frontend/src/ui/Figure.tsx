/** A figure made by the server, drawn in the colours of the page and drawn anew when they or its size change. */

import { useComputedColorScheme } from "@mantine/core";
import type { Plotly } from "plotly.js-cartesian-dist-min";
import { useEffect, useRef, useState } from "react";
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
  const [plotly, setPlotly] = useState<Plotly | null>(null);
  const scheme = useComputedColorScheme("light");

  useEffect(() => {
    let gone = false;
    import("plotly.js-cartesian-dist-min").then((module) => {
      if (!gone) setPlotly(module.default);
    });
    return () => {
      gone = true;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which follows the scheme
  useEffect(() => {
    const place = element.current;
    if (!plotly || !place) return;
    const style = getComputedStyle(place);
    const drawn = themed(figure, (name) => style.getPropertyValue(`--${name}`).trim());
    plotly.react(place, drawn.data, drawn.layout, CONFIG);
  }, [plotly, figure, scheme]);

  useEffect(() => {
    const place = element.current;
    return () => {
      if (plotly && place) plotly.purge(place);
    };
  }, [plotly]);

  return <div ref={element} role="img" aria-label={label} style={{ height }} data-figure={label} />;
}
