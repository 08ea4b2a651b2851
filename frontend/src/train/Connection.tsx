/** Says when the stream of events is broken, and when the next attempt is due. */

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { isLive } from "../api/queries";
import type { Run } from "../api/types";
import type { FeedStatus, RunFeed } from "../stores/run";
import styles from "./train.module.css";

interface ConnectionProps {
  feed: RunFeed;
  status: FeedStatus;
  run: Run;
}

export function Connection({ feed, status, run }: ConnectionProps) {
  const lost = useLost(status) && status.terminal === null;
  const seconds = useSecondsUntil(lost ? status.retryAt : null);
  if (!lost) return null;
  return (
    <div className={styles.lost} role="status">
      <span>
        <strong>Connection lost, trying again</strong>
        {seconds > 0 ? ` in ${seconds} s` : ""}.{isLive(run) ? " The run goes on; nothing is lost." : ""}
      </span>
      <Button size="xs" variant="default" onClick={() => feed.retry()}>
        Try now
      </Button>
    </div>
  );
}

const PATIENCE = 500;

/** Broken from the first failure until it lives again, attempts included; a hiccup that heals at once is not shown. */
function useLost({ connection }: FeedStatus): boolean {
  const [broken, setBroken] = useState(false);
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (connection === "waiting") setBroken(true);
    if (connection === "live" || connection === "closed") setBroken(false);
  }, [connection]);
  useEffect(() => {
    const timer = setTimeout(() => setLate(broken), broken ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [broken]);
  return broken && late;
}

function useSecondsUntil(moment: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (moment === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [moment]);
  return moment === null ? 0 : Math.max(0, Math.ceil((moment - now) / 1000));
}
