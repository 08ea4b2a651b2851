/** The few parts of Plotly that the charts use; the package brings no types. */

declare module "plotly.js-cartesian-dist-min" {
  export interface Trace {
    type: "scatter";
    mode: "lines" | "lines+markers" | "markers";
    name: string;
    x: ArrayLike<number>;
    y: ArrayLike<number>;
    line?: { color?: string; width?: number; dash?: "solid" | "dash" | "dot"; shape?: "vh" };
    marker?: { color?: string; size?: number };
    hovertemplate?: string;
    hoverinfo?: "skip" | "none";
    opacity?: number;
    fill?: "toself";
    fillcolor?: string;
    showlegend?: boolean;
  }
  export type Layout = Record<string, unknown>;
  export interface Plotly {
    react(
      element: HTMLElement,
      traces: Trace[] | Record<string, unknown>[],
      layout: Layout,
      config: Record<string, unknown>,
    ): Promise<unknown>;
    relayout(element: HTMLElement, changes: Record<string, unknown>): Promise<unknown>;
    purge(element: HTMLElement): void;
  }
  /** A drawn element, which tells what is done to it. */
  export interface Drawn extends HTMLElement {
    on(event: "plotly_relayout", callback: (changes: Record<string, unknown>) => void): void;
    on(event: "plotly_doubleclick" | "plotly_unhover", callback: () => void): void;
    on(event: "plotly_hover", callback: (hovered: { xvals?: number[] }) => void): void;
  }
  const plotly: Plotly;
  export default plotly;
}
