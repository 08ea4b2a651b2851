/** A very small curve, as the path of an SVG. */

/** The places of values from left to right in a box, the largest at the top; with `log` by their logarithms. */
export function sparkPath(values: ArrayLike<number>, width: number, height: number, log = false): string {
  const points = Array.from(values, (value) => (log ? Math.log10(Math.max(value, 1e-12)) : value));
  const low = Math.min(...points);
  const high = Math.max(...points);
  const room = high - low || 1;
  const across = points.length > 1 ? width / (points.length - 1) : 0;
  const at = (value: number) => (high === low ? height / 2 : height - ((value - low) / room) * height);
  if (points.length === 1) return `M0 ${round(height / 2)}H${width}`;
  return points
    .map((value, place) => `${place ? "L" : "M"}${round(place * across)} ${round(at(value))}`)
    .join("");
}

const round = (value: number) => Math.round(value * 10) / 10;

/** At most so many of the values, evenly spread, with the first and the last. */
export function thinned(values: Float64Array, most = 60): Float64Array {
  if (values.length <= most) return values;
  return Float64Array.from(
    { length: most },
    (_, place) => values[Math.round((place * (values.length - 1)) / (most - 1))] ?? 0,
  );
}
