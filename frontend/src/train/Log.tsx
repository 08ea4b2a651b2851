/** What happened, line by line, newest first. */

import { isCancelled } from "../api/queries";
import type { Problem, RunEvent } from "../api/types";
import type { RunFeed } from "../stores/run";
import { Scroll } from "../ui/Scroll";
import { LINES, logLines } from "./logLines";
import { PanelChoice } from "./PanelChoice";
import { LOADING, useChoice } from "./panels";
import { SidePanel } from "./SidePanel";
import panel from "./sidePanel.module.css";
import styles from "./train.module.css";
import { clockTime, logLine } from "./words";

const SHOWN = 200;
const WORDS = { all: "All", seldom: "Without epochs" };

export function Log({ feed, loading }: { feed: RunFeed; loading: boolean }) {
  const [choice, choose] = useChoice("lines", LINES);
  const shown = logLines(feed.log, SHOWN, choice);
  return (
    <SidePanel
      name="log"
      title="Log"
      aside={<PanelChoice label="Which lines" choices={LINES} words={WORDS} value={choice} choose={choose} />}
    >
      <Scroll label="Lines of the log" className={styles.log}>
        {shown.length === 0 && (
          <p className={panel.empty}>{loading ? LOADING : "What happens in the run will be listed here."}</p>
        )}
        <ol>
          {shown.map((event) => (
            <li key={event.seq} data-type={toneOf(event)}>
              <time dateTime={event.time}>{clockTime(event.time)}</time>
              <span>{logLine(event)}</span>
            </li>
          ))}
        </ol>
        {choice === "all" && feed.log.length > SHOWN && <p>Older epochs are left out.</p>}
      </Scroll>
    </SidePanel>
  );
}

/** What its owner stopped before anything was trained has not failed. */
const toneOf = ({ type, problem }: RunEvent) =>
  type === "failed" && isCancelled({ state: type, problem: problem as Problem }) ? "finished" : type;
