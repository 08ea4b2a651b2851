import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Patience } from "./Patience";

afterEach(cleanup);

test("a patience longer than the run is said to never stop it early", () => {
  render(<Patience settings={{ epochs: 20, early_stopping: { patience: 25, start_from_epoch: 0 } }} />);
  expect(screen.getByText(/Patience 25 is longer than the run: with 20 epochs/)).toBeTruthy();
});

test("a patience that may end the run is not remarked on", () => {
  render(<Patience settings={{ epochs: 20, early_stopping: { patience: 5, start_from_epoch: 0 } }} />);
  expect(screen.queryByText(/never stops early/)).toBeNull();
});
