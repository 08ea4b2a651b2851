import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Recipe, Run } from "../api/types";
import { PredictRow } from "./PredictRow";

const recipe = {
  kind: "table",
  columns: { age: { role: "feature", kind: "number" }, height: { role: "feature", kind: "number" } },
} as unknown as Recipe;

const refusal = {
  code: "wrong_value",
  message: "Row 1, column 'age': 'old' is not a number.",
  hint: "Give a number such as 12.5, or leave the value empty.",
  where: { row: 0, column: "age" },
};

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test("a value that cannot be used is marked where it was typed, until it is mended", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () =>
    Response.json({ error: refusal }, { status: 422 }),
  );
  render(
    <MantineProvider env="test">
      <PredictRow run={{ id: 5 } as Run} recipe={recipe} dataset={null} />
    </MantineProvider>,
  );
  const wrong = () =>
    ["age", "height"].map((name) => screen.getByLabelText(name).getAttribute("aria-invalid"));
  fireEvent.change(screen.getByLabelText("age"), { target: { value: "old" } });
  fireEvent.click(screen.getByText("Predict"));
  await waitFor(() => expect(wrong()).toEqual(["true", null]));
  expect(screen.getAllByText(refusal.hint).length).toBeGreaterThan(0);
  fireEvent.change(screen.getByLabelText("age"), { target: { value: "41" } });
  expect(wrong()).toEqual([null, null]);
});
