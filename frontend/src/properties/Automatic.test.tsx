import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Settings } from "../api/types";
import { useChecking } from "../stores/checking";
import { AutomaticLoss } from "./Automatic";

afterEach(cleanup);

function said(targets: { [name: string]: string | null }, settings: Settings = {}): string | null {
  const told = Object.entries(targets).map(([name, usual_loss]) => [name, { usual_loss }]);
  useChecking.setState({ report: { targets: Object.fromEntries(told) } as never });
  return render(<AutomaticLoss settings={settings} />).container.textContent;
}

test("the form says which loss is taken, once for targets that share it and by name where they differ", () => {
  expect(said({ a: "squared", b: "squared" })).toBe("Auto is here: squared");
  expect(said({ a: "squared", b: "crossed" })).toBe("Auto is here: a: squared · b: crossed");
});

test("nothing is said of the loss while no output answers for the target", () => {
  expect(said({ a: null })).toBe("");
});

test("of a target whose loss is chosen, for itself or for all, nothing is said", () => {
  const targets = { a: "squared", b: "crossed" };
  expect(said(targets, { loss: "auto", outputs: { a: { loss: { type: "huber" } } } })).toBe(
    "Auto is here: crossed",
  );
  expect(said(targets, { loss: { type: "huber", delta: 2 }, outputs: { b: { loss: "auto" } } })).toBe(
    "Auto is here: crossed",
  );
  expect(said(targets, { loss: "huber", outputs: { a: { loss: null } } })).toBe("");
});
