/** Fewer points that draw the same curve: of each stretch the mean, and the range as a band. */

export interface Band {
  x: Float64Array;
  y: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

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
export function buckets(band: Band, limit = 1000): Band {
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
