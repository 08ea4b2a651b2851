/** Exponential smoothing that does not start from zero. */

/**
 * The running mean of values in which each step back weighs `weight` (0 to below 1) times as much as the one after
 * it; divided by the sum of the weights, so that the first values are not pulled towards 0. What is no number is
 * left where it is.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  const out = new Float64Array(values.length);
  let sum = 0;
  let total = 0;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      out[place] = value;
      continue;
    }
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    out[place] = sum / total;
  }
  return out;
}
