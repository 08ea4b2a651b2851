/** Which events of a long run its log shows. */

import type { RunEvent } from "../api/types";

/** Which lines one may want to see. */
export const LINES = ["all", "seldom"] as const;
type LogChoice = (typeof LINES)[number];

const ROUTINE = new Set<RunEvent["type"]>(["epoch", "checkpoint"]);

/** At most so many, newest first; what comes again and again gives way to what happens seldom, or is left out. */
export function logLines(log: RunEvent[], most: number, choice: LogChoice = "all"): RunEvent[] {
  if (choice === "all" && log.length <= most) return log.toReversed();
  const seldom = log.filter(({ type }) => !ROUTINE.has(type)).slice(-most);
  if (choice === "seldom") return seldom.toReversed();
  const room = most - seldom.length;
  const routine = room > 0 ? log.filter(({ type }) => ROUTINE.has(type)).slice(-room) : [];
  return [...seldom, ...routine].sort((one, other) => other.seq - one.seq);
}
