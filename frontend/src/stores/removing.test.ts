import { notificationsStore } from "@mantine/notifications";
import { afterEach, expect, test, vi } from "vitest";
import { useOffer } from "../ui/notify";
import { removeWithUndo, useRemoving } from "./removing";

vi.useFakeTimers();
afterEach(() => vi.runAllTimers());

const offered = () => notificationsStore.getState().notifications.length;

test("a removal is offered to be taken back for as long as it can be, and no longer", async () => {
  const remove = vi.fn(async () => {});
  removeWithUndo({ key: "run 1", message: "Run 1 was deleted.", remove });
  await vi.advanceTimersByTimeAsync(8_000);
  expect([offered(), remove.mock.calls.length, useOffer.getState().offer?.message]).toEqual([
    1,
    0,
    "Run 1 was deleted.",
  ]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([offered(), remove.mock.calls.length, useOffer.getState().offer]).toEqual([0, 1, null]);
  expect(useRemoving.getState().keys.has("run 1")).toBe(true);
});

test("what is taken back by name is not removed", async () => {
  const remove = vi.fn(async () => {});
  removeWithUndo({ key: "run 2", message: "Run 2 was deleted.", remove });
  useOffer.getState().offer?.take();
  await vi.runAllTimersAsync();
  expect([offered(), remove.mock.calls.length, useOffer.getState().offer]).toEqual([0, 0, null]);
  expect(useRemoving.getState().keys.has("run 2")).toBe(false);
});
