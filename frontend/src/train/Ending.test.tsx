import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Run, RunEvent } from "../api/types";
import { type FeedStatus, RunFeed } from "../stores/run";
import { useFinderSought, useView } from "../stores/view";
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

test("a run that diverged leads to where a learning rate is found, and other failures do not", () => {
  const diverged = { ...problem, code: "loss_is_not_a_number", where: { epoch: 1, step: 3 } };
  show({ type: "failed", problem: diverged });
  fireEvent.click(screen.getByText("Find a learning rate"));
  expect(useView.getState().tab).toBe("training");
  expect(useFinderSought.getState().asked).toBe(true);
  cleanup();
  show({ type: "failed", problem });
  expect(screen.queryByText("Find a learning rate")).toBeNull();
});

test("a run that failed says so and offers no model, and one that ended well has nothing to warn of", () => {
  show({ type: "failed", problem });
  expect(told()).toBe("The run failed");
  expect(screen.queryByText("Use this model")).toBeNull();
  cleanup();
  show({ type: "finished", reason: "completed", test: { loss: 1 } });
  expect(told()).toBeUndefined();
});
