/** What tests let the server have said of the drawing and its data. */

import type { Report } from "../api/types";
import { useChecking } from "./checking";

export const NOTHING: Report = {
  nodes: {},
  parameters: { trainable: 0, non_trainable: 0, total: 0 },
  problems: [],
  inputs: {},
  targets: {},
  monitors: [],
};

export const report = (told: Partial<Report>) => useChecking.setState({ report: { ...NOTHING, ...told } });
