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
  if (!data || !figure || (!data.at_worst && data.rates.every((rate) => rate === data.rates[0]))) return null;
  return (
    <div className={styles.rates}>
      <Figure figure={figure} label="Learning rate by epoch" height={150} />
      {data.at_worst && <p>Dashed: how it falls if validation never improves.</p>}
    </div>
  );
}

function curve({ epochs, rates, at_worst }: Rates): PlotlyFigure {
  const axis = { fixedrange: true, rangemode: "tozero" };
  const line = (y: number[], dash: string) => ({
    type: "scatter",
    mode: "lines",
    name: "Learning rate",
    x: epochs,
    y,
    line: { dash },
    hovertemplate: "%{y:.3~g}<extra></extra>",
  });
  return {
    data: [line(rates, "solid"), ...(at_worst ? [line(at_worst, "dash")] : [])],
    layout: {
      hovermode: "x unified",
      xaxis: { ...axis, title: "Epoch", unifiedhovertitle: { text: "Epoch %{x:.3~g}" } },
      yaxis: { ...axis, title: "Learning rate", nticks: 5, tickformat: "~g" },
    },
  };
}
