/** Where the loss of a run was no number any more. */

import type { Problem } from "../api/types";

/** In which epoch and at which step; null where that is not what went wrong. */
export function divergedAt(problem: Problem | null | undefined): { epoch: number; step: number } | null {
  if (problem?.code !== "loss_is_not_a_number") return null;
  const { epoch, step } = problem.where ?? {};
  return typeof epoch === "number" && typeof step === "number" ? { epoch, step } : null;
}
