/** How high a figure is drawn. */

import type { PlotlyFigure } from "../ui/figures";

const LINE = 30;

/** A figure of named lines gets room for each of them; others are as high as usual. */
export function heightOf({ layout }: PlotlyFigure): number {
  const axis = layout.yaxis as { ticktext?: unknown[]; type?: string } | undefined;
  const lines = axis?.ticktext?.length ?? 0;
  return lines > 0 ? Math.min(760, Math.max(220, 90 + LINE * lines)) : 340;
}
