/** What happened, line by line, newest first. */

import type { RunFeed } from "../stores/run";
import { Scroll } from "../ui/Scroll";
import { logLines } from "./logLines";
import { LOADING } from "./panels";
import { SidePanel } from "./SidePanel";
import panel from "./sidePanel.module.css";
import styles from "./train.module.css";
import { clockTime, logLine } from "./words";

const SHOWN = 200;

export function Log({ feed, loading }: { feed: RunFeed; loading: boolean }) {
  const lines = logLines(feed.log, SHOWN);
  return (
    <SidePanel name="log" title="Log">
      <Scroll label="Lines of the log" className={styles.log}>
        {lines.length === 0 && (
          <p className={panel.empty}>{loading ? LOADING : "What happens in the run will be listed here."}</p>
        )}
        <ol>
          {lines.map((event) => (
            <li key={event.seq} data-type={event.type}>
              <time dateTime={event.time}>{clockTime(event.time)}</time>
              <span>{logLine(event)}</span>
            </li>
          ))}
        </ol>
        {feed.log.length > SHOWN && <p>Older epochs are left out.</p>}
      </Scroll>
    </SidePanel>
  );
}
