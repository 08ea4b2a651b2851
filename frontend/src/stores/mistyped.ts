/** Settings typed so that they cannot be used: they stay as typed, and training waits until they are mended. */

import { create } from "zustand";
import type { Graph } from "../api/types";
import { enter, useEditor } from "./editor";
import { findNode } from "./graph/commands";
import { levelAt, placeOf } from "./graph/levels";
import { showTab } from "./view";

/** The form of the training settings; that of a layer is called by the layer's key. */
export const SETTINGS = "";

export interface Mistyped {
  form: string;
  /** Its path within the form ("optimizer.learning_rate"). */
  path: string;
  label: string;
  text: string;
  problem: string;
}

type Fields = { [id: string]: Mistyped };

export const useMistyped = create<{ fields: Fields }>(() => ({ fields: {} }));

const idOf = (form: string, path: string) => `${form} ${path}`;

/** What was typed wrong in a field, while it is. */
export const mistypedAt = (form: string, path: string): Mistyped | undefined =>
  useMistyped.getState().fields[idOf(form, path)];

/** How many fields in a part of a form are mistyped. */
export const mistypedWithin = (fields: Fields, form: string, path: string): number =>
  Object.values(fields).filter((one) => one.form === form && `${one.path}.`.startsWith(`${path}.`)).length;

/** The forms that are on the page. */
const shown = new Set<string>();

/** A form is on the page until the returned function is called. */
export function showsMistyped(form: string): () => void {
  shown.add(form);
  return () => {
    shown.delete(form);
  };
}

export const keepMistyped = (field: Mistyped) =>
  useMistyped.setState(({ fields }) => ({ fields: { ...fields, [idOf(field.form, field.path)]: field } }));

export const dropMistyped = (form: string, path: string) =>
  drop((one) => one.form === form && one.path === path);

/** A field that goes alone was taken out of the form; one that goes with the whole form will be back. */
export function leaveMistyped(form: string, path: string): void {
  if (shown.has(form)) dropMistyped(form, path);
}

export const dropForm = (form: string) => drop((one) => one.form === form);
export const dropAllMistyped = () => drop(() => true);

function drop(which: (field: Mistyped) => boolean): void {
  const all = Object.entries(useMistyped.getState().fields);
  const kept = all.filter(([, field]) => !which(field));
  if (kept.length < all.length) useMistyped.setState({ fields: Object.fromEntries(kept) });
}

/** What keeps the network from being trained, in a sentence, or null. */
export function mistypedSentence(fields: Fields): string | null {
  const wrong = Object.values(fields);
  const [first] = wrong;
  if (!first) return null;
  const told = wrong.map(({ form, label, text, problem }) => {
    const name = form === SETTINGS ? label : `${label} of ${form}`;
    return `${name} is ${text.trim() ? `“${text}”` : "empty"}: ${problem}`;
  });
  return `Mend ${first.form === SETTINGS ? "the training settings" : first.form} first. ${told.join(" ")}`;
}

/** Opens the form of what is to be mended first. */
export function openMistyped(): void {
  const [first] = Object.values(useMistyped.getState().fields);
  if (!first) return;
  if (first.form !== SETTINGS) {
    const { at, id } = placeOf(first.form);
    enter(at, [id]);
  }
  showTab(first.form === SETTINGS ? "training" : "layer");
}

const configOf = (graph: Graph, form: string) => {
  const { at, id } = placeOf(form);
  const level = levelAt(graph, at);
  return level && findNode(level, id)?.config;
};

/** Whether a field speaks of what is no longer so: its layer is gone, or was changed while nobody saw its form. */
function isPast(field: Mistyped, now: Graph, before: Graph): boolean {
  const config = configOf(now, field.form);
  return !config || (!shown.has(field.form) && config !== configOf(before, field.form));
}

// Settings that change while nobody sees their form, as by undo, or those of another project.
useEditor.subscribe((now, before) => {
  const [{ graph, settings }, past] = [now.document, before.document];
  if (now.project !== before.project) {
    dropAllMistyped();
    return;
  }
  if (settings !== past.settings && !shown.has(SETTINGS)) dropForm(SETTINGS);
  if (graph !== past.graph) drop((field) => field.form !== SETTINGS && isPast(field, graph, past.graph));
});
