import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Named } from "./form";
import { Setting } from "./Setting";

afterEach(cleanup);

function cleared(schema: Named) {
  const onChange = vi.fn();
  render(
    <MantineProvider>
      <Setting name="one" schema={schema} value=";" word={(one) => one} onChange={onChange} />
    </MantineProvider>,
  );
  fireEvent.change(screen.getByLabelText("Sign"), { target: { value: "" } });
  return onChange.mock.calls[0]?.[0];
}

test("a text that may be left out is none once it is cleared", () => {
  expect(cleared({ title: "Sign", anyOf: [{ type: "string" }, { type: "null" }] })).toBeNull();
});

test("any other text is empty once it is cleared", () => {
  expect(cleared({ title: "Sign", type: "string" })).toBe("");
});
