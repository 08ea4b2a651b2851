/** The frame around every page: header, the page, status bar. */

import type { ReactNode } from "react";
import { useSystem } from "../api/queries";
import { Boundary } from "../ui/Boundary";
import { Logo } from "../ui/Logo";
import { Link } from "../ui/router";
import { ActionsPlace, StatusPlace } from "../ui/slots";
import { AppMenu } from "./AppMenu";
import { Commands } from "./Commands";
import { NoticeMenu } from "./NoticeMenu";
import styles from "./Shell.module.css";

interface ShellProps {
  crumb?: ReactNode;
  steps?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Shell({ crumb, steps, actions, children }: ShellProps) {
  return (
    <div className={styles.shell}>
      <header className={styles.header}>
        <div className={styles.left}>
          <Link to="/" className={styles.home} aria-label="Netloom, all projects">
            <Logo />
          </Link>
          {crumb}
        </div>
        {steps}
        <div className={styles.right}>
          <ActionsPlace className={styles.actions} />
          {actions}
          <NoticeMenu />
          <AppMenu />
        </div>
      </header>
      <main className={styles.page}>
        <Boundary>{children}</Boundary>
      </main>
      <footer className={styles.footer}>
        <StatusPlace className={styles.status} />
        <SystemStatus />
      </footer>
      <Commands />
    </div>
  );
}

function SystemStatus() {
  const { data, isError } = useSystem();
  if (isError) return <span className={styles.bad}>The server does not answer</span>;
  if (!data) return null;
  return (
    <>
      <span className={styles.device}>{data.device}</span>
      {data.supervisor === "alive" ? (
        <span>Ready</span>
      ) : (
        <span className={styles.bad}>Training is down</span>
      )}
    </>
  );
}
