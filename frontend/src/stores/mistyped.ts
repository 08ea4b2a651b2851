/** Training settings typed so that they cannot be used: they stay as typed, and training waits until they are mended. */

import { create } from "zustand";
import { useEditor } from "./editor";

export interface Mistyped {
  label: string;
  text: string;
  problem: string;
}

/** By path ("optimizer.learning_rate"). */
export const useMistyped = create<{ fields: { [path: string]: Mistyped } }>(() => ({ fields: {} }));

/** Whether their form is on the page. */
let shown = false;

/** Their form is on the page until the returned function is called. */
export function showsMistyped(): () => void {
  shown = true;
  return () => {
    shown = false;
  };
}

export const keepMistyped = (path: string, field: Mistyped) =>
  useMistyped.setState(({ fields }) => ({ fields: { ...fields, [path]: field } }));

export function dropMistyped(path: string): void {
  const { [path]: known, ...fields } = useMistyped.getState().fields;
  if (known) useMistyped.setState({ fields });
}

/** A field that goes alone was taken out of the form; one that goes with the whole form will be back. */
export function leaveMistyped(path: string): void {
  if (shown) dropMistyped(path);
}

export const dropAllMistyped = () => useMistyped.setState({ fields: {} });

/** What keeps the training settings from being used, in a sentence, or null. */
export function mistypedSentence(fields: { [path: string]: Mistyped }): string | null {
  const wrong = Object.values(fields);
  if (wrong.length === 0) return null;
  const told = wrong.map(
    ({ label, text, problem }) => `${label} is ${text.trim() ? `“${text}”` : "empty"}: ${problem}`,
  );
  return `Mend the training settings first. ${told.join(" ")}`;
}

// Settings that change while nobody sees the form, as by undo, or those of another project.
useEditor.subscribe((now, before) => {
  const other = now.project !== before.project;
  if (other || (!shown && now.document.settings !== before.document.settings)) dropAllMistyped();
});
