import { expect, test } from "vitest";
import { select } from "./editor";
import { useView } from "./view";

test("selecting a layer shows its settings, selecting several or none shows nothing else", () => {
  useView.setState({ tab: "training" });
  select([]);
  select(["dense", "dense_2"]);
  expect(useView.getState().tab).toBe("training");
  select(["dense"]);
  expect(useView.getState().tab).toBe("layer");
});
