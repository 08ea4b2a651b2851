/** Fewer points that draw the same curve: of each stretch the mean, and the range as a band. */

import { Series } from "../stores/series";

export interface Band {
  x: Float64Array;
  y: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** As many points as a curve is drawn with. */
export const MOST_POINTS = 1000;

/** The places from the last point before `from` to the first after `to`; x has to rise. */
export function visible(x: Float64Array, from: number, to: number): [number, number] {
  const first = Math.max(0, lower(x, from) - 1);
  return [first, Math.min(x.length, Math.max(first, lower(x, to) + 1))];
}

/** The first place whose x is not below a value. */
function lower(x: Float64Array, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * At most `limit` points. Where there are more, neighbours are put together: x of the last, the mean of y, the lowest
 * of low and the highest of high. The first and the last point always stay.
 */
export function buckets(band: Band, limit = MOST_POINTS): Band {
  const length = band.x.length;
  if (length <= limit) return band;
  const size = limit - 2;
  const out = {
    x: new Float64Array(limit),
    y: new Float64Array(limit),
    low: new Float64Array(limit),
    high: new Float64Array(limit),
  };
  const put = (place: number, from: number, to: number) => {
    let sum = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at += 1) {
      sum += band.y[at] ?? 0;
      low = Math.min(low, band.low[at] ?? 0);
      high = Math.max(high, band.high[at] ?? 0);
    }
    out.x[place] = band.x[to - 1] ?? 0;
    out.y[place] = sum / (to - from);
    out.low[place] = low;
    out.high[place] = high;
  };
  put(0, 0, 1);
  for (let place = 0; place < size; place += 1)
    put(
      place + 1,
      1 + Math.floor((place * (length - 2)) / size),
      1 + Math.floor(((place + 1) * (length - 2)) / size),
    );
  put(limit - 1, length - 1, length);
  return out;
}

/** Whether some point stands for more than one value. */
export function hasRange(band: Band): boolean {
  for (let place = 0; place < band.x.length; place += 1)
    if ((band.high[place] ?? 0) > (band.low[place] ?? 0)) return true;
  return false;
}

/** How many points on each side say how many steps a point usually stands for. */
const AROUND = 4;

/**
 * A curve by steps whose points stand for about as many steps as those around them: the mean of only a few steps, as
 * before a pause or a checkpoint, would stick out like a fault. It is put together with its neighbour, both weighed by
 * their steps. A point stands for the steps since the one before it.
 */
export function evened(series: Series): Series {
  const x = series.x.view();
  const steps = x.map((step, place) => (place > 0 ? step - (x[place - 1] ?? 0) : step));
  if (x.length < 3 || !steps.some((_, place) => isSlight(steps, place))) return series;
  const [y, low, high, at] = [series.y.view(), series.low.view(), series.high.view(), series.at.view()];
  const out = new Series();
  const put = (from: number, to: number) => {
    const own = steps.subarray(from, to);
    const total = own.reduce((sum, count) => sum + count, 0);
    const weighed = own.reduce((sum, count, place) => sum + count * (y[from + place] ?? 0), 0);
    out.push(x[to - 1] ?? 0, total > 0 ? weighed / total : (y[to - 1] ?? 0), {
      low: Math.min(...low.subarray(from, to)),
      high: Math.max(...high.subarray(from, to)),
      at: at[to - 1],
    });
  };
  for (const [from, to] of groups(steps)) put(from, to);
  return out;
}

/** The stretches of places that are put together: a slight one with the next, the last one with the one before. */
function groups(steps: Float64Array): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (let place = 0; place < steps.length; place += 1) {
    if (isSlight(steps, place) && place < steps.length - 1) continue;
    const last = found.at(-1);
    if (last && place === steps.length - 1 && isSlight(steps, place)) last[1] = place + 1;
    else found.push([from, place + 1]);
    from = place + 1;
  }
  return found;
}

/** Whether a point stands for less than half as many steps as those around it. */
function isSlight(steps: Float64Array, place: number): boolean {
  const own = 2 * (steps[place] ?? 0);
  if (own >= Math.max(steps[place - 1] ?? 0, steps[place + 1] ?? 0)) return false;
  const around = steps.slice(Math.max(0, place - AROUND), place + AROUND + 1).sort();
  return own < (around[around.length >> 1] ?? 0);
}
