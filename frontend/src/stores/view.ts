/** How the Design step is arranged: panel widths, what is folded, which tab is open. Kept in this browser. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import { useEditor } from "./editor";

export type Side = "left" | "right";
export type Tab = "layer" | "training" | "summary";

interface View {
  left: { width: number; folded: boolean };
  right: { width: number; folded: boolean };
  code: { height: number };
  tab: Tab;
  /** Families of the palette that are folded. */
  families: string[];
}

export const useView = create<View>()(
  persist<View>(
    () => ({
      left: { width: 232, folded: false },
      right: { width: 308, folded: false },
      code: { height: 260 },
      tab: "layer",
      families: [],
    }),
    { name: "netloom.view" },
  ),
);

export const showTab = (tab: Tab) =>
  useView.setState((view) => ({ tab, right: { ...view.right, folded: false } }));

/** Whether the learning-rate finder is to be brought into sight once it is drawn. */
export const useFinderSought = create<{ asked: boolean }>(() => ({ asked: false }));

/** Opens the training settings where a learning rate is found. */
export function showRateFinder(): void {
  useFinderSought.setState({ asked: true });
  showTab("training");
}

/** Shows the selected layer, in a panel that may be folded. */
export const showLayer = () => useView.setState({ tab: "layer" });

useEditor.subscribe((now, before) => {
  if (now.project === before.project && now.selection !== before.selection && now.selection.length === 1)
    showLayer();
});

export const fold = (side: Side, folded: boolean) =>
  useView.setState((view) => ({ [side]: { ...view[side], folded } }));

export const resize = (side: Side, width: number) =>
  useView.setState((view) => ({
    [side]: { ...view[side], width: Math.min(520, Math.max(180, Math.round(width))) },
  }));

/** Whether the drawing is to be fitted into view once it is drawn. */
export const useFit = create<{ asked: boolean }>(() => ({ asked: false }));
export const askForFit = () => useFit.setState({ asked: true });

export const toggleFamily = (family: string) =>
  useView.setState(({ families }) => ({
    families: families.includes(family)
      ? families.filter((other) => other !== family)
      : [...families, family],
  }));

export const resizeCode = (height: number) =>
  useView.setState({ code: { height: Math.min(640, Math.max(120, Math.round(height))) } });
