import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys, queryClient } from "../api/queries";
import { describeRun, useRunNotes } from "./runNotes";

const sent: string[] = [];
const answers: ((response: Response) => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = answers.length = 0;
  vi.spyOn(globalThis, "fetch").mockImplementation((_, options) => {
    sent.push(JSON.parse(String(options?.body)).notes);
    return new Promise((resolve) => answers.push(resolve));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const answer = async (response: Response) => {
  answers.shift()?.(response);
  await vi.advanceTimersByTimeAsync(700);
};

test("notes typed while others are saved wait for these, so that the last ones are kept", async () => {
  describeRun(5, { notes: "first" });
  await vi.advanceTimersByTimeAsync(700);
  describeRun(5, { notes: "first and second" });
  await vi.advanceTimersByTimeAsync(700);
  expect(sent).toEqual(["first"]);
  await answer(Response.json({ id: 5, notes: "first" }));
  expect(sent).toEqual(["first", "first and second"]);
  await answer(Response.json({ id: 5, notes: "first and second" }));
  expect(queryClient.getQueryData(keys.run(5))).toMatchObject({ notes: "first and second" });
  expect(useRunNotes.getState().drafts).toEqual({});
});

test("notes typed while others are refused are sent all the same", async () => {
  describeRun(6, { notes: "too long" });
  await vi.advanceTimersByTimeAsync(700);
  describeRun(6, { notes: "short" });
  const error = { code: "invalid_request", message: "Too long.", hint: "", where: {} };
  await answer(Response.json({ error }, { status: 400 }));
  expect(sent).toEqual(["too long", "short"]);
});
