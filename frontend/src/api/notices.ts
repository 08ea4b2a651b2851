/** Runs that have ended since one last looked, and the webhook that is told as well. */

import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { keys, queryClient } from "./queries";
import type { Notices, Trial, Webhook } from "./types";

const SEEN = 4_000;
const HIDDEN = 15_000;

/** Asked for on every page, one small question at a time; less often while the page is out of sight. */
export const useNotices = () =>
  useQuery({
    queryKey: keys.notices,
    queryFn: ({ signal }) => api.get<Notices>("/api/notices/", signal),
    refetchInterval: () => (document.hidden ? HIDDEN : SEEN),
    refetchIntervalInBackground: true,
  });

/** Takes note of some ends, or of all. */
export async function seeRuns(runs?: number[]): Promise<void> {
  const gone = (run: number) => runs === undefined || runs.includes(run);
  await queryClient.cancelQueries({ queryKey: keys.notices });
  queryClient.setQueryData<Notices>(keys.notices, (now) => {
    const notices = now?.notices.filter((notice) => !gone(notice.run)) ?? [];
    const fewer = (now?.notices.length ?? 0) - notices.length;
    return { notices, total: runs === undefined ? 0 : Math.max(0, (now?.total ?? 0) - fewer) };
  });
  await api.post("/api/notices/seen/", runs === undefined ? {} : { runs });
}

export const useWebhook = () =>
  useQuery({ queryKey: keys.webhook, queryFn: () => api.get<Webhook>("/api/webhook/") });

export async function setWebhook(url: string): Promise<void> {
  queryClient.setQueryData(keys.webhook, await api.patch<Webhook>("/api/webhook/", { url }));
}

export const tryWebhook = (url: string) => api.post<Trial>("/api/webhook/test/", { url });
