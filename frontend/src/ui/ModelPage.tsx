/** A page that speaks of the model of one run: which run, a way to the sister page, and the model itself. */

import type { ReactNode } from "react";
import { EmptyPage } from "./EmptyPage";
import styles from "./ModelPage.module.css";
import { RunSelect } from "./RunSelect";
import { Link } from "./router";
import { Waiting } from "./Waiting";

interface ModelPageProps<Run> {
  title: string;
  /** Undefined while the list is still on its way. */
  runs: Run[] | undefined;
  run: Run | null;
  choose: (id: number) => void;
  /** Why it is not the run that was asked for. */
  note: string | null;
  /** What to read and where to go while there is no model. */
  empty: { title: string; text: string; to: string };
  /** The other page of the same model. */
  sister: { label: string; to: (run: Run) => string };
  width: number;
  children: (run: Run) => ReactNode;
}

export function ModelPage<Run extends { id: number; number: number; name: string }>({
  runs,
  run,
  note,
  ...page
}: ModelPageProps<Run>) {
  if (!runs) return <Waiting label="Reading the runs" />;
  if (!run) {
    return (
      <EmptyPage title={page.empty.title} action={<Link to={page.empty.to}>Go to Train</Link>}>
        {page.empty.text}
      </EmptyPage>
    );
  }
  return (
    <div className={styles.page} style={{ maxWidth: page.width }}>
      <div className={styles.title}>
        <h1>{page.title}</h1>
        <RunSelect runs={runs} chosen={run.id} choose={page.choose} />
        <Link to={page.sister.to(run)}>{page.sister.label}</Link>
      </div>
      {note && (
        <p className={styles.note} role="status">
          {note}
        </p>
      )}
      {page.children(run)}
    </div>
  );
}
