/** The feeds of several runs while the component shows; re-renders with every batch of events of any of them. */

import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { followRun, type RunFeed, runFeed } from "../../stores/run";

export const versionOf = (feeds: RunFeed[]) => feeds.reduce((sum, feed) => sum + feed.version, 0);

export function useFeeds(runs: number[]): RunFeed[] {
  const key = runs.join(",");
  const feeds = useMemo(() => key.split(",").map((run) => runFeed(Number(run))), [key]);
  useEffect(() => {
    const ends = feeds.map(followRun);
    return () => {
      for (const end of ends) end();
    };
  }, [feeds]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = feeds.map((feed) => feed.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
    [feeds],
  );
  useSyncExternalStore(subscribe, () => versionOf(feeds));
  return feeds;
}
