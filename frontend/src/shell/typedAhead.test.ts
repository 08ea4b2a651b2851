import { afterEach, expect, test, vi } from "vitest";
import { catchTyping, takeTyped } from "./typedAhead";

afterEach(() => {
  takeTyped();
  vi.useRealTimers();
});

/** Whether the page behind hears of the key. */
const press = (key: string, more: KeyboardEventInit = {}) =>
  document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );

test("letters typed before the palette is there are kept for it, and not written into the field behind", () => {
  catchTyping();
  expect([..."duz"].map((key) => press(key))).toEqual([false, false, false]);
  press("Backspace");
  press("p");
  expect(press("s", { ctrlKey: true })).toBe(true);
  expect(takeTyped()).toBe("dup");
});

test("once they are taken, or after Escape, letters go where the focus is", () => {
  catchTyping();
  takeTyped();
  expect(press("a")).toBe(true);
  catchTyping();
  press("b");
  press("Escape");
  expect(press("c")).toBe(true);
  expect(takeTyped()).toBe("");
});

test("a palette that never comes does not keep the keys", () => {
  vi.useFakeTimers();
  catchTyping();
  vi.advanceTimersByTime(10_000);
  expect(press("a")).toBe(true);
});

test("where the palette has the focus already, letters are its own", () => {
  const field = document.body.appendChild(document.createElement("input"));
  field.setAttribute("data-takes-typing", "true");
  field.focus();
  catchTyping();
  expect(press("a")).toBe(true);
  field.remove();
});
