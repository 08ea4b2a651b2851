/** The few parts of Plotly that the live charts use; the package brings no types. */

declare module "plotly.js-cartesian-dist-min" {
  export interface Trace {
    type: "scatter";
    mode: "lines" | "lines+markers" | "markers";
    name: string;
    x: ArrayLike<number>;
    y: ArrayLike<number>;
    line?: { color?: string; width?: number; shape?: "linear" | "spline" };
    marker?: { color?: string; size?: number };
    hovertemplate?: string;
    showlegend?: boolean;
  }
  export type Layout = Record<string, unknown>;
  export interface Plotly {
    react(
      element: HTMLElement,
      traces: Trace[],
      layout: Layout,
      config: Record<string, unknown>,
    ): Promise<unknown>;
    purge(element: HTMLElement): void;
  }
  const plotly: Plotly;
  export default plotly;
}
