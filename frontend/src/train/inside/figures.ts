/** How the figures of a layer are called, explained and written. */

import type { LayerFigure } from "../../stores/layerHistory";
import { percent } from "../../ui/format";

export interface FigureWords {
  title: string;
  help: string;
  /** Drawn over many sizes, by its logarithm. */
  log: boolean;
  write: (value: number) => string;
}

/** A figure of a layer in words; null is what is no finite number. */
export const figureWritten = (figure: LayerFigure, value: number | null): string =>
  value === null ? "not finite" : FIGURE_WORDS[figure].write(value);

const small = (value: number) =>
  value === 0
    ? "0"
    : Math.abs(value) >= 0.01 && Math.abs(value) < 1000
      ? value.toPrecision(3)
      : value.toExponential(1);

export const FIGURE_WORDS: Record<LayerFigure, FigureWords> = {
  gradient: {
    title: "Gradient size",
    help: "How strongly the loss asks the weights to change",
    log: true,
    write: small,
  },
  update: {
    title: "Update ÷ weight",
    help: "How far one step moves the weights, as a share of their size; about 0.001 is usual",
    log: true,
    write: small,
  },
  dead: {
    title: "Dead units",
    help: "The share of units that gave 0 for every row that was looked at",
    log: false,
    write: (value) => percent(value, 0),
  },
  zeros: {
    title: "Zeros",
    help: "The share of 0 among all that the layer gives; about half is usual after relu",
    log: false,
    write: (value) => percent(value, 0),
  },
  weight: { title: "Weight size", help: "The length of all weights together", log: false, write: small },
  mean: { title: "Output mean", help: "The mean of what the layer gives", log: false, write: small },
  std: {
    title: "Output spread",
    help: "The standard deviation of what the layer gives",
    log: false,
    write: small,
  },
};
