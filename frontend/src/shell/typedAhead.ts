/** What is typed between Ctrl+K and the moment the palette of commands has the focus: it is meant for the palette. */

/** Nobody waits longer; then keys belong to the page again. Milliseconds. */
const LONGEST = 5_000;

let typed = "";
let stop: (() => void) | null = null;

/** Marks the field that letters are caught for. */
export const TAKES_TYPING = { "data-takes-typing": true };

/** From now on letters go nowhere else, until they are taken or Escape is pressed; not where the field has the focus. */
export function catchTyping(): void {
  if (document.activeElement?.matches("[data-takes-typing]")) return;
  stop?.();
  const timer = setTimeout(() => stop?.(), LONGEST);
  document.addEventListener("keydown", take, true);
  typed = "";
  stop = () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", take, true);
    stop = null;
  };
}

/** What was typed so far; from now on letters go where the focus is. */
export function takeTyped(): string {
  stop?.();
  const taken = typed;
  typed = "";
  return taken;
}

function take(event: KeyboardEvent): void {
  if (event.key === "Escape") takeTyped();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1) typed += event.key;
  else if (event.key === "Backspace") typed = typed.slice(0, -1);
  else if (event.key !== "Enter") return;
  event.preventDefault();
  event.stopPropagation();
}
