import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Run } from "../../api/types";
import { RunTags } from "./RunTags";

afterEach(cleanup);

test("tags of other runs are offered while one types, and cover nothing before", () => {
  render(
    <MantineProvider env="test">
      <RunTags run={{ id: 1, tags: [] } as unknown as Run} known={["wide", "deep"]} />
    </MantineProvider>,
  );
  const field = screen.getByRole("combobox", { name: "Tags" });
  const offered = () => screen.queryAllByRole("option").map((option) => option.textContent);
  act(() => field.focus());
  expect(offered()).toEqual([]);
  fireEvent.change(field, { target: { value: "w" } });
  expect(offered()).toEqual(["wide"]);
  fireEvent.change(field, { target: { value: "" } });
  expect(offered()).toEqual([]);
});
