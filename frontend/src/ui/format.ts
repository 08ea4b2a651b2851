/** Numbers, sizes and times as people read them. */

const whole = new Intl.NumberFormat("en-US");

export const count = (value: number) => whole.format(Math.round(value));

export const plural = (value: number, one: string, many = `${one}s`) =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A measured value in about four significant digits: 0.2139, 12.35, 8.1e-5. */
export function decimal(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(1);
  if (size >= 1000) return whole.format(Number(value.toFixed(0)));
  return String(Number(value.toPrecision(4)));
}

export const percent = (value: number | null | undefined, digits = 1) =>
  value === null || value === undefined || !Number.isFinite(value)
    ? "—"
    : `${(100 * value).toFixed(digits)}%`;

/** A duration: 0.8 s, 41 s, 1 m 48 s, 2 h 05 m. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "—";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes} m ${String(rounded % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

/** How long ago: just now, 12 s ago, 5 min ago, 3 h ago, else the date. */
export function ago(time: string | number, now = Date.now()): string {
  const then = typeof time === "number" ? time : Date.parse(time);
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(then).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return "—";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A shape without its batch axis: 28×28×32; a single number is "scalar". */
export const shape = (axes: (number | null)[] | null | undefined) =>
  !axes ? "—" : axes.length === 0 ? "scalar" : axes.map((axis) => axis ?? "?").join("×");
