/** Which events of a long run its log shows. */

import type { RunEvent } from "../api/types";

const ROUTINE = new Set<RunEvent["type"]>(["epoch", "checkpoint"]);

/** At most so many, newest first; what comes again and again gives way to what happens seldom. */
export function logLines(log: RunEvent[], most: number): RunEvent[] {
  if (log.length <= most) return log.toReversed();
  const seldom = log.filter(({ type }) => !ROUTINE.has(type)).slice(-most);
  const room = most - seldom.length;
  const routine = room > 0 ? log.filter(({ type }) => ROUTINE.has(type)).slice(-room) : [];
  return [...seldom, ...routine].sort((one, other) => other.seq - one.seq);
}
