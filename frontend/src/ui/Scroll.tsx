import type { ReactNode } from "react";

interface ScrollProps {
  label: string;
  className?: string;
  children: ReactNode;
}

/** A region that scrolls by itself, by keyboard too. */
export const Scroll = ({ label, className, children }: ScrollProps) => (
  <section
    className={className}
    aria-label={label}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    tabIndex={0}
  >
    {children}
  </section>
);
