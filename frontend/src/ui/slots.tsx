/** Places in the shell that the open step fills: header actions and the status bar. */

import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { create } from "zustand";

type Place = "actions" | "status";

const useSlots = create<Record<Place, HTMLElement | null>>(() => ({ actions: null, status: null }));

const setActions = (element: HTMLElement | null) => useSlots.setState({ actions: element });
const setStatus = (element: HTMLElement | null) => useSlots.setState({ status: element });

export const ActionsPlace = ({ className }: { className?: string }) => (
  <div ref={setActions} className={className} />
);
export const StatusPlace = ({ className }: { className?: string }) => (
  <div ref={setStatus} className={className} />
);

function Fill({ place, children }: { place: Place; children: ReactNode }) {
  const element = useSlots((slots) => slots[place]);
  return element ? createPortal(children, element) : null;
}

/** Buttons at the right of the header while the step is open. */
export const HeaderActions = ({ children }: { children: ReactNode }) => (
  <Fill place="actions">{children}</Fill>
);
/** Facts at the left of the status bar; give each its own <span>. */
export const Status = ({ children }: { children: ReactNode }) => <Fill place="status">{children}</Fill>;
