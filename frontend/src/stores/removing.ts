/** Removals one can take back: the thing disappears at once and is deleted when the offer to undo is over. */

import { create } from "zustand";
import { tellError, tellUndo } from "../ui/notify";

/** What is on its way out, by key; lists leave it out. */
export const useRemoving = create<{ keys: Set<string> }>(() => ({ keys: new Set() }));

const OFFER = 8_500;
const pending = new Map<string, () => Promise<void>>();

interface Removal {
  key: string;
  message: string;
  remove: () => Promise<void>;
}

export function removeWithUndo({ key, message, remove }: Removal): void {
  mark(key, true);
  const finish = () => {
    clearTimeout(timer);
    withdraw();
    pending.delete(key);
    return remove().catch((error) => {
      mark(key, false);
      tellError(error, "It could not be deleted");
    });
  };
  const timer = setTimeout(finish, OFFER);
  pending.set(key, finish);
  const back = () => {
    clearTimeout(timer);
    pending.delete(key);
    mark(key, false);
  };
  const withdraw = tellUndo(message, back, false); // as long as it can be taken back, however long it is looked at
}

function mark(key: string, going: boolean): void {
  useRemoving.setState(({ keys }) => {
    const next = new Set(keys);
    if (going) next.add(key);
    else next.delete(key);
    return { keys: next };
  });
}

/** Deletes now what still could be taken back. */
export async function finishRemovals(): Promise<void> {
  await Promise.all([...pending.values()].map((finish) => finish()));
}

// The page is going: what was deleted stays deleted.
window.addEventListener("pagehide", () => void finishRemovals());
