import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { useChecking } from "../stores/checking";
import { AutomaticLoss } from "./Automatic";

afterEach(cleanup);

function said(targets: { [name: string]: string | null }): string | null {
  const told = Object.entries(targets).map(([name, usual_loss]) => [name, { usual_loss }]);
  useChecking.setState({ report: { targets: Object.fromEntries(told) } as never });
  return render(<AutomaticLoss />).container.textContent;
}

test("the form says which loss is taken, once for targets that share it and by name where they differ", () => {
  expect(said({ a: "squared", b: "squared" })).toBe("Auto is here: squared");
  expect(said({ a: "squared", b: "crossed" })).toBe("Auto is here: a: squared · b: crossed");
});

test("nothing is said of the loss while no output answers for the target", () => {
  expect(said({ a: null })).toBe("");
});
