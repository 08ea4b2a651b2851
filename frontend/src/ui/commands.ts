/** Everything one can do by name or key: one registry feeds the shortcuts, the palette and the key sheet. */

import { useEffect, useRef } from "react";
import { create } from "zustand";

export interface Command {
  id: string;
  label: string;
  group: string;
  /** Keys as written by people: "Ctrl+Z", "/", "Delete"; several with " or ". */
  keys?: string;
  /** Also while a text field has the focus. */
  inFields?: boolean;
  /** Listed on the key sheet, but not in the palette of commands. */
  hidden?: boolean;
  /** Whether the keys mean this command right now; without it they always do. */
  when?: () => boolean;
  /** Listed only: whatever has the focus answers the keys itself. */
  passive?: boolean;
  run: () => void;
}

export const useCommandList = create<{ groups: Record<string, Command[]> }>(() => ({ groups: {} }));

export const allCommands = () => Object.values(useCommandList.getState().groups).flat();

let owners = 0;

/** Offers commands while the calling component is mounted. */
export function useCommands(commands: Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const signature = commands.map((command) => `${command.id}|${command.label}|${command.keys}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the list
  useEffect(() => {
    const owner = `owner-${owners++}`;
    const listed = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find((current) => current.id === command.id)?.run(),
      when: () => latest.current.find((current) => current.id === command.id)?.when?.() ?? true,
    }));
    useCommandList.setState(({ groups }) => ({ groups: { ...groups, [owner]: listed } }));
    return () =>
      useCommandList.setState(({ groups }) => {
        const { [owner]: _gone, ...rest } = groups;
        return { groups: rest };
      });
  }, [signature]);
}

/** Whether a key press is the written combination; Cmd counts as Ctrl. */
export function matches(keys: string, event: KeyboardEvent): boolean {
  return keys.split(" or ").some((combination) => {
    const parts = combination.split(/\+(?!$)/);
    const key = parts.pop() ?? "";
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl !== parts.includes("Ctrl") || event.altKey !== parts.includes("Alt")) return false;
    // A sign such as ? needs Shift on some keyboards and not on others.
    const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
    if (!sign && event.shiftKey !== parts.includes("Shift")) return false;
    return event.key.toLowerCase() === key.toLowerCase();
  });
}

export function inTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !["checkbox", "radio", "button", "range", "file"].includes(target.type);
}

/** Runs the command whose keys were pressed; later registrations win over earlier ones. */
export function pressKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const typing = inTextField(event.target);
  const overlay = document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
  const found = allCommands().findLast(
    (command) =>
      command.keys &&
      !command.passive &&
      (!typing || command.inFields) &&
      (!overlay || command.inFields) &&
      matches(command.keys, event) &&
      (command.when?.() ?? true),
  );
  if (!found) return;
  event.preventDefault();
  found.run();
}
