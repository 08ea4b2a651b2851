/** Runs that have ended since one last looked: a number on every page, a list behind it, and news when it grows. */

import { ActionIcon, Button, Popover } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { seeRuns, useNotices } from "../api/notices";
import { keys, queryClient } from "../api/queries";
import type { Notice } from "../api/types";
import { browserTells, looksAt, noticeLine, noticeTitle, takeNews, tellByBrowser } from "../stores/notices";
import { useCommands } from "../ui/commands";
import { ago, plural } from "../ui/format";
import { tellError, tellNews } from "../ui/notify";
import { Link, navigate, stepPath } from "../ui/router";
import { setNews } from "../ui/title";
import styles from "./notices.module.css";

const TellMe = lazy(() => import("./TellMe"));

const placeOf = (notice: Notice) =>
  notice.project === null ? "/" : stepPath(notice.project, "train", { run: notice.run });

function announce(notices: Notice[]): void {
  const news = takeNews(notices);
  if (news.length > 0) {
    queryClient.invalidateQueries({ queryKey: ["runs"] });
    queryClient.invalidateQueries({ queryKey: keys.system });
  }
  for (const notice of news.filter((one) => !looksAt(one.run))) {
    const open = () => navigate(placeOf(notice));
    const message = [notice.project_name, noticeLine(notice)].filter(Boolean).join(": ");
    tellNews({ title: noticeTitle(notice), message, bad: notice.state === "failed", open });
    if (browserTells() && !document.hasFocus()) tellByBrowser(notice, open);
  }
}

export function NoticeMenu() {
  const { data } = useNotices();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const total = data?.total ?? 0;
  useCommands([
    {
      id: "tell-me",
      label: "How to be told of the end of a run",
      group: "Everywhere",
      run: () => setAsking(true),
    },
  ]);
  useEffect(() => announce(data?.notices ?? []), [data]);
  useEffect(() => {
    setNews(total);
    return () => setNews(0);
  }, [total]);
  const label = total === 0 ? "Ended runs, none new" : `Ended runs, ${total} new`;
  return (
    <>
      <Popover opened={open} onChange={setOpen} position="bottom-end" width={340} shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon
            variant="default"
            size={32}
            aria-label={label}
            title={label}
            className={styles.button}
            onClick={() => setOpen(!open)}
          >
            <BellIcon />
            {total > 0 && <span className={styles.number}>{total > 99 ? "99+" : total}</span>}
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={0}>
          <List
            notices={data?.notices ?? []}
            total={total}
            close={() => setOpen(false)}
            ask={() => setAsking(true)}
          />
        </Popover.Dropdown>
      </Popover>
      <Suspense fallback={null}>{asking && <TellMe close={() => setAsking(false)} />}</Suspense>
    </>
  );
}

interface ListProps {
  notices: Notice[];
  total: number;
  close: () => void;
  ask: () => void;
}

function List({ notices, total, close, ask }: ListProps) {
  const see = (runs?: number[]) => seeRuns(runs).catch((error) => tellError(error, "They are still new"));
  return (
    <section aria-label="Runs that have ended">
      <ul className={styles.list}>
        {notices.map((notice) => (
          <li key={notice.run} data-state={notice.state}>
            <Link
              to={placeOf(notice)}
              onClick={() => {
                close();
                see([notice.run]);
              }}
            >
              <strong>{noticeTitle(notice)}</strong>
              <span>{noticeLine(notice)}</span>
              <small>
                {[notice.project_name, notice.finished && ago(notice.finished)].filter(Boolean).join(" · ")}
              </small>
            </Link>
          </li>
        ))}
      </ul>
      {total === 0 && (
        <p className={styles.none}>Runs that end while you do something else are listed here.</p>
      )}
      {total > notices.length && (
        <p className={styles.none}>And {plural(total - notices.length, "older one")}.</p>
      )}
      <div className={styles.foot}>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            close();
            ask();
          }}
        >
          How to be told
        </Button>
        {total > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => see()}>
            Mark all as seen
          </Button>
        )}
      </div>
    </section>
  );
}

const BellIcon = () => (
  <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
    <path
      d="M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1.5h-11zM6.5 13.2a1.6 1.6 0 0 0 3 0"
      strokeWidth="1.3"
      strokeLinejoin="round"
    />
  </svg>
);
