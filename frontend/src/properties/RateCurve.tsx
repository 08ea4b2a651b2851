/** The learning rate over all epochs as a small curve, as the server works it out. */

import { useComputedColorScheme } from "@mantine/core";
import type { Layout, Plotly } from "plotly.js-cartesian-dist-min";
import { useEffect, useRef, useState } from "react";
import { useRates } from "../api/queries";
import type { Config, Rates } from "../api/types";
import styles from "./Properties.module.css";

const CONFIG = { displayModeBar: false, responsive: true, staticPlot: false };

/** Nothing is drawn of a rate that stays as it is. */
export function RateCurve({ settings }: { settings: Config }) {
  const { data } = useRates(settings);
  if (!data || data.rates.every((rate) => rate === data.rates[0])) return null;
  return <Curve rates={data} />;
}

function Curve({ rates }: { rates: Rates }) {
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    const place = element.current;
    if (!plotly || !place) return;
    const style = getComputedStyle(place);
    const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const line = { color: token("train"), width: 2 };
    const trace = { type: "scatter", mode: "lines", name: "Learning rate", line } as const;
    const hovertemplate = "%{y:.3~g}<extra></extra>";
    plotly.react(
      place,
      [{ ...trace, x: rates.epochs, y: rates.rates, hovertemplate }],
      layout(token),
      CONFIG,
    );
  }, [plotly, rates, scheme]);

  useEffect(() => {
    const place = element.current;
    return () => {
      if (plotly && place) plotly.purge(place);
    };
  }, [plotly]);

  return <div ref={element} className={styles.rates} role="img" aria-label="Learning rate by epoch" />;
}

function layout(token: (name: string) => string): Layout {
  const axis = {
    gridcolor: token("line"),
    linecolor: token("line"),
    zerolinecolor: token("line"),
    automargin: true,
    fixedrange: true,
    rangemode: "tozero",
    tickfont: { color: token("mute"), size: 11 },
  };
  const label = (text: string) => ({ text, font: { color: token("mute"), size: 12 }, standoff: 6 });
  return {
    autosize: true,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { color: token("ink"), size: 12 },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: token("panel"), bordercolor: token("line"), font: { color: token("ink") } },
    xaxis: { ...axis, title: label("Epoch"), unifiedhovertitle: { text: "Epoch %{x:.3~g}" } },
    yaxis: { ...axis, title: label("Learning rate"), nticks: 5, tickformat: "~g" },
  };
}
