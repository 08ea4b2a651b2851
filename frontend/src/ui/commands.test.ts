import { expect, test } from "vitest";
import { matches } from "./commands";

const press = (key: string, held: Partial<KeyboardEvent> = {}) => ({ key, ...held }) as KeyboardEvent;
const event = (key: string, held: Partial<KeyboardEvent> = {}) =>
  press(key, { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test("keys match as they are written, with Cmd standing for Ctrl", () => {
  expect(matches("Ctrl+Z", event("z", { ctrlKey: true }))).toBe(true);
  expect(matches("Ctrl+Z", event("z", { metaKey: true }))).toBe(true);
  expect(matches("Ctrl+Z", event("Z", { ctrlKey: true, shiftKey: true }))).toBe(false);
  expect(matches("Ctrl+Shift+Z or Ctrl+Y", event("Z", { ctrlKey: true, shiftKey: true }))).toBe(true);
  expect(matches("Ctrl+Shift+Z or Ctrl+Y", event("y", { ctrlKey: true }))).toBe(true);
  expect(matches("T", event("t", { ctrlKey: true }))).toBe(false);
});

test("a sign matches with or without Shift, whatever the keyboard", () => {
  expect(matches("?", event("?", { shiftKey: true }))).toBe(true);
  expect(matches("/", event("/"))).toBe(true);
  expect(matches("+ or =", event("+", { shiftKey: true }))).toBe(true);
});
