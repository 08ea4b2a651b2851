/** How long something will still take, in words that do not flicker. */

import { bytes } from "./format";

/** "41 s left", "2 min left", "1 h 05 min left"; empty while nobody knows. */
export function timeLeft(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return "";
  if (seconds < 1) return "less than a second left";
  if (seconds < 60) return `${Math.round(seconds)} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min left`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min left`;
}

/** Bytes per second over the last few seconds; steady enough to show. */
export class Speed {
  private readonly marks: { time: number; sent: number }[] = [];

  constructor(private readonly memory = 3_000) {}

  mark(sent: number, time: number): void {
    this.marks.push({ sent, time });
    while (this.marks.length > 2 && time - (this.marks[0]?.time ?? 0) > this.memory) this.marks.shift();
  }

  /** Null until two marks are apart in time. */
  get perSecond(): number | null {
    const first = this.marks[0];
    const last = this.marks.at(-1);
    if (!first || !last || last.time - first.time < 50) return null;
    return (1000 * (last.sent - first.sent)) / (last.time - first.time);
  }
}

/** "12.4 of 80.0 MB, 25.1 MB/s, 3 s left" */
export function transfer(sent: number, total: number, speed: number | null): string {
  const parts = [`${bytes(sent)} of ${bytes(total)}`];
  if (speed) parts.push(`${bytes(speed)}/s`);
  const left = speed ? timeLeft((total - sent) / speed) : "";
  if (left) parts.push(left);
  return parts.join(", ");
}
