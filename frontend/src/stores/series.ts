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
