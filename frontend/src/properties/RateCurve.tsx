/** The learning rate over all epochs as a small curve, as the server works it out. */

import { useMemo } from "react";
import { useRates } from "../api/queries";
import type { Config, Rates } from "../api/types";
import { Figure } from "../ui/Figure";
import type { PlotlyFigure } from "../ui/figures";
import styles from "./Properties.module.css";

/** Nothing is drawn of a rate that stays as it is. */
export function RateCurve({ settings }: { settings: Config }) {
  const { data } = useRates(settings);
  const figure = useMemo(() => data && curve(data), [data]);
  if (!data || !figure || data.rates.every((rate) => rate === data.rates[0])) return null;
  return (
    <div className={styles.rates}>
      <Figure figure={figure} label="Learning rate by epoch" height={150} />
    </div>
  );
}

function curve({ epochs, rates }: Rates): PlotlyFigure {
  const axis = { fixedrange: true, rangemode: "tozero" };
  return {
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "Learning rate",
        x: epochs,
        y: rates,
        hovertemplate: "%{y:.3~g}<extra></extra>",
      },
    ],
    layout: {
      hovermode: "x unified",
      xaxis: { ...axis, title: "Epoch", unifiedhovertitle: { text: "Epoch %{x:.3~g}" } },
      yaxis: { ...axis, title: "Learning rate", nticks: 5, tickformat: "~g" },
    },
  };
}
