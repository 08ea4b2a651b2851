/** How a figure made by the server looks here: its layout in the colours of the page. */

export interface PlotlyFigure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

/** Reads a colour token of the page. */
export type Token = (name: string) => string;

/** A figure as it came, if it is one. */
export const asFigure = (value: unknown): PlotlyFigure | null =>
  typeof value === "object" && value !== null && "data" in value && "layout" in value
    ? (value as PlotlyFigure)
    : null;

/** How an axis writes its numbers: 4,500 and 1e+15. Raised powers would bring styles of their own, which the page forbids. */
export const NUMBERS = { exponentformat: "e", minexponent: 6, separatethousands: true };

export function themed(figure: PlotlyFigure, token: Token): PlotlyFigure {
  return {
    data: figure.data.map((trace) => coloured(trace, token)),
    layout: {
      autosize: true,
      margin: { l: 8, r: 8, t: 8, b: 8 },
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { color: token("ink"), size: 12 },
      colorway: [
        "train",
        "validation",
        "family-2",
        "family-5",
        "family-3",
        "family-6",
        "family-9",
        "test",
      ].map(token),
      hoverlabel: { bgcolor: token("panel"), bordercolor: token("line"), font: { color: token("ink") } },
      legend: { orientation: "h", traceorder: "normal", y: 1.12, x: 0, font: { size: 11 } },
      showlegend: false,
      ...figure.layout,
      xaxis: axis(figure.layout.xaxis, token),
      yaxis: axis(figure.layout.yaxis, token),
    },
  };
}

function axis(given: unknown, token: Token): Record<string, unknown> {
  const own = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
  return {
    gridcolor: token("line"),
    linecolor: token("line"),
    zerolinecolor: token("line"),
    automargin: true,
    tickfont: { color: token("mute"), size: 11 },
    ...NUMBERS,
    ...own,
    title: title(own.title, token),
  };
}

function title(given: unknown, token: Token): Record<string, unknown> {
  const text = typeof given === "object" && given !== null ? (given as { text?: string }).text : given;
  return { text: text ?? "", font: { color: token("mute"), size: 12 }, standoff: 8 };
}

/** A trace whose values are shown by a scale from low over a middle to high, in the colours of the page. */
function coloured(trace: Record<string, unknown>, token: Token): Record<string, unknown> {
  const marker = trace.marker as Record<string, unknown> | undefined;
  if (!marker || !("colorscale" in marker)) return trace;
  const colorscale = [
    [0, token("validation")],
    [0.5, token("panel")],
    [1, token("train")],
  ];
  return { ...trace, marker: { ...marker, colorscale } };
}
