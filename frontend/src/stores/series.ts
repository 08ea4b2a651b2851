/** Curves as growing columns of numbers, outside React. */

/** A growing column of numbers. */
export class Column {
  private values = new Float64Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** The filled part, without copying. */
  view(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}

/** One curve: x, y, the range that y is the mean of, and when each point was told (milliseconds). */
export class Series {
  readonly x = new Column();
  readonly y = new Column();
  readonly low = new Column();
  readonly high = new Column();
  readonly at = new Column();

  push(x: number, y: number, { low = y, high = y, at = 0 } = {}): void {
    this.x.push(x);
    this.y.push(y);
    this.low.push(low);
    this.high.push(high);
    this.at.push(at);
  }
}

/** The first place whose point stands for x: at x or, where points are summed up, the next after it; -1 beyond all. */
export const placeAt = (series: Series, x: number) => series.x.view().findIndex((value) => value >= x);

/** Points as the server sums them up. */
export interface SummedUp {
  x: number[];
  y: number[];
  low: number[];
  high: number[];
  at: number[];
}

/** A curve from points that came all at once. */
export function seriesOf({ x, y, low, high, at }: SummedUp): Series {
  const series = new Series();
  x.forEach((value, place) => {
    series.push(value, y[place] ?? Number.NaN, { low: low[place], high: high[place], at: at[place] });
  });
  return series;
}

/** A curve with a stretch of it in more detail. */
export function withDetail(series: Series, detail: Series): Series {
  const from = detail.x.view()[0];
  const to = detail.x.view().at(-1);
  if (from === undefined || to === undefined) return series;
  const merged = new Series();
  const copy = (source: Series, wanted: (x: number) => boolean) => {
    const [x, y, low, high, at] = [source.x, source.y, source.low, source.high, source.at].map((column) =>
      column.view(),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    for (let place = 0; place < x.length; place += 1)
      if (wanted(x[place] ?? 0))
        merged.push(x[place] ?? 0, y[place] ?? 0, { low: low[place], high: high[place], at: at[place] });
  };
  copy(series, (x) => x < from);
  copy(detail, () => true);
  copy(series, (x) => x > to);
  return merged;
}
