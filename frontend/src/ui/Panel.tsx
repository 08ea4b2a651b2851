/** A panel at the edge of a page that can be resized by pointer or arrow keys, and folded away. */

import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import styles from "./Panel.module.css";

interface PanelProps {
  side: "left" | "right";
  label: string;
  width: number;
  folded: boolean;
  onResize: (width: number) => void;
  onFold: (folded: boolean) => void;
  children: ReactNode;
}

const KEY_STEP = 16;

export function Panel({ side, label, width, folded, onResize, onFold, children }: PanelProps) {
  const outward = side === "left" ? 1 : -1;

  function drag(event: PointerEvent<HTMLDivElement>) {
    const from = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) => onResize(width + outward * (next.clientX - from));
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), {
      once: true,
    });
  }

  function press(event: KeyboardEvent) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    onResize(width + outward * KEY_STEP * (event.key === "ArrowRight" ? 1 : -1));
  }

  if (folded) {
    return (
      <aside className={styles.folded} data-side={side}>
        <button
          type="button"
          aria-label={`Show ${label}`}
          title={`Show ${label}`}
          onClick={() => onFold(false)}
        >
          {side === "left" ? "»" : "«"}
        </button>
      </aside>
    );
  }
  return (
    <aside className={styles.panel} data-side={side} style={{ width }}>
      {children}
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is this role on a focusable element */}
      <div
        className={styles.handle}
        role="separator"
        tabIndex={0}
        aria-label={`Width of ${label}`}
        aria-orientation="vertical"
        aria-valuenow={width}
        onPointerDown={drag}
        onKeyDown={press}
        onDoubleClick={() => onFold(true)}
      />
      <button
        type="button"
        className={styles.fold}
        aria-label={`Hide ${label}`}
        title={`Hide ${label}`}
        onClick={() => onFold(true)}
      >
        {side === "left" ? "«" : "»"}
      </button>
    </aside>
  );
}
