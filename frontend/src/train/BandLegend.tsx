/** What the pale band behind a line is the range of; nothing where there is none. */

export function BandLegend({ over }: { over: "step" | "epoch" | null }) {
  if (over === null) return null;
  const title = `A point of the line is the mean of several ${over}s; the pale band goes from the lowest to the highest of them.`;
  return (
    <span data-part="band" title={title}>
      range of {over}s
    </span>
  );
}
