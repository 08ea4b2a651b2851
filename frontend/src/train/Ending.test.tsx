import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import { type FeedStatus, RunFeed } from "../stores/run";
import { Ending } from "./Ending";

const problem = { code: "odd", message: "What went wrong.", hint: "What to do.", where: {} };
const run = { id: 5, number: 3, state: "finished", metrics: {}, problem: null } as unknown as Run;

function show(last: Record<string, unknown>): void {
  const status: FeedStatus = { ...new RunFeed(5).status, terminal: last as RunEvent };
  render(
    <MantineProvider env="test">
      <Ending run={run} project={1} status={status} measures={{}} />
    </MantineProvider>,
  );
}

afterEach(cleanup);

const told = () => screen.queryByRole("alert")?.querySelector("strong")?.textContent;

test("a model that is worse than guessing is not passed off as one that was saved from something", () => {
  show({ type: "finished", reason: "completed", test: { loss: 1 }, problem });
  expect(told()).toBe("Training went astray");
  expect(screen.getByText("Use this model")).toBeTruthy();
});

test("of a run that diverged it is said which model was kept", () => {
  show({ type: "finished", reason: "diverged", test: { loss: 1 }, problem });
  expect(told()).toBe("The model of the best epoch before was kept");
});

test("a run that failed says so and offers no model, and one that ended well has nothing to warn of", () => {
  show({ type: "failed", problem });
  expect(told()).toBe("The run failed");
  expect(screen.queryByText("Use this model")).toBeNull();
  cleanup();
  show({ type: "finished", reason: "completed", test: { loss: 1 } });
  expect(told()).toBeUndefined();
});
