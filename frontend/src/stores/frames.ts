/** One scheduler for everything that redraws live: dirty, visible charts, at most eight times a second. */

const INTERVAL = 125;

interface Drawing {
  isDirty: () => boolean;
  draw: () => void;
}

const drawings = new Set<Drawing>();
let ticking = false;
let last = 0;

function tick(now: number): void {
  ticking = drawings.size > 0;
  if (ticking) requestAnimationFrame(tick);
  if (now - last < INTERVAL) return;
  last = now;
  for (const drawing of drawings) if (drawing.isDirty()) drawing.draw();
}

/** Draws whenever dirty until the returned function is called. */
export function redraw(isDirty: () => boolean, draw: () => void): () => void {
  const drawing = { isDirty, draw };
  drawings.add(drawing);
  if (!ticking) requestAnimationFrame(tick);
  ticking = true;
  return () => {
    drawings.delete(drawing);
  };
}
