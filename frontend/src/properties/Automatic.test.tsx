import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { AutomaticLoss, AutomaticMetrics } from "./Automatic";

afterEach(cleanup);

const number = { loss: "squared", metrics: ["Off by", "Far off by"], rare: [] };
const kinds = { loss: "crossed", metrics: ["Right"], rare: ["Right in each"] };

const text = (node: React.ReactNode) => render(node).container.textContent;

test("the form says which loss is taken, once for targets that share it and by name where they differ", () => {
  expect(text(<AutomaticLoss told={{ a: number, b: number }} />)).toBe("Auto is here: squared");
  expect(text(<AutomaticLoss told={{ a: number, b: kinds }} />)).toBe(
    "Auto is here: a: squared · b: crossed",
  );
});

test("the form says what is measured when no metric is ticked, and what besides for rare classes", () => {
  expect(text(<AutomaticMetrics told={{ a: kinds }} />)).toBe(
    "Measured when none is ticked: Right; also Right in each where a class is rare",
  );
  expect(text(<AutomaticMetrics told={undefined} />)).toBe("");
});
