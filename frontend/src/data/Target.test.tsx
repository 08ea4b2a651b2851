import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Dataset, Project, Recipe } from "../api/types";
import { openDocument, useEditor } from "../stores/editor";
import { report } from "../stores/testing";
import { FormProvider } from "./form";
import { TargetCard } from "./Target";
import { form } from "./testing";

afterEach(cleanup);

const told = (classes: string[]) => ({
  kind: "category",
  classes,
  metrics: {},
  usual_metrics: [],
  usual_loss: null,
  losses: [],
  balanced: {},
});

function show(classes: string[], positive?: string): HTMLSelectElement | null {
  const column = { role: "target", kind: "category", ...(positive ? { positive } : {}) };
  const recipe = { kind: "table", columns: { loan: column } } as unknown as Recipe;
  openDocument({
    id: 1,
    name: "",
    graph: { nodes: [], edges: [] },
    recipe,
    settings: {},
  } as unknown as Project);
  report({ targets: { loan: told(classes) } });
  const profile = { name: "loan", top: [], distinct: classes.length, missing: 0 };
  const dataset = { kind: "table", rows: 9, columns: [profile] } as unknown as Dataset;
  cleanup();
  render(
    <MantineProvider env="test">
      <FormProvider value={form}>
        <TargetCard dataset={dataset} recipe={recipe} />
      </FormProvider>
    </MantineProvider>,
  );
  return screen.queryByLabelText("Positive class");
}

test("of two classes one chooses which is the positive one, which is the second unless told", () => {
  const select = show(["bad", "good"]);
  expect(select?.value).toBe("good");
  fireEvent.change(select as HTMLSelectElement, { target: { value: "bad" } });
  expect(useEditor.getState().document.recipe?.columns.loan?.positive).toBe("bad");
  expect(show(["good", "bad"], "bad")?.value).toBe("bad");
  expect(show(["bad", "good"], "bad")?.value).toBe("bad"); // what the server says is of before
});

test("of more classes than two none is the positive one", () => {
  expect(show(["bad", "good", "unknown"])).toBeNull();
});
