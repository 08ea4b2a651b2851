/** Fewer points that draw the same curve. */

export interface Points {
  x: Float64Array;
  y: Float64Array;
}

/**
 * At most `limit` of the points: of each stretch the lowest and the highest, so that no peak is lost;
 * the first and the last point always stay.
 */
export function decimate(x: Float64Array, y: Float64Array, limit = 1000): Points {
  const length = Math.min(x.length, y.length);
  if (length <= limit) return { x: x.slice(0, length), y: y.slice(0, length) };
  const kept: number[] = [0];
  const stretches = Math.max(1, Math.floor((limit - 2) / 2));
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = 1 + Math.floor((stretch * (length - 2)) / stretches);
    const to = 1 + Math.floor(((stretch + 1) * (length - 2)) / stretches);
    kept.push(...extremes(y, from, to));
  }
  kept.push(length - 1);
  return {
    x: Float64Array.from(kept, (place) => x[place] ?? 0),
    y: Float64Array.from(kept, (place) => y[place] ?? 0),
  };
}

/** The places of the lowest and the highest value in a stretch, in order. */
function extremes(y: Float64Array, from: number, to: number): number[] {
  let low = from;
  let high = from;
  for (let place = from; place < to; place += 1) {
    const value = y[place] ?? 0;
    if (value < (y[low] ?? 0)) low = place;
    if (value > (y[high] ?? 0)) high = place;
  }
  if (low === high) return [low];
  return low < high ? [low, high] : [high, low];
}
