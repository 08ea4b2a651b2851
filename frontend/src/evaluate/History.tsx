/** The measures of every epoch. */

import { useState } from "react";
import type { RunFeed } from "../stores/run";
import { type MeasureList, measureTitle, measureValue } from "../ui/measures";
import { Pager } from "../ui/Pager";
import { Scroll } from "../ui/Scroll";
import table from "../ui/Table.module.css";
import { epochTable } from "./epochs";
import styles from "./evaluate.module.css";

const SHOWN = 100;

interface HistoryProps {
  feed: RunFeed;
  best: number | null;
  measures: MeasureList;
}

export function History({ feed, best, measures }: HistoryProps) {
  const [offset, setOffset] = useState(0);
  const { names, rows } = epochTable(feed.series);
  if (rows.length === 0) return <p className={styles.facts}>No epoch was completed in this run.</p>;
  return (
    <>
      <Scroll label="Measures of every epoch" className={`${table.scroll} ${styles.history}`}>
        <table className={table.table} aria-label="History">
          <thead>
            <tr>
              <th scope="col" className={table.number}>
                Epoch
              </th>
              {names.flatMap((name) => [
                <th key={`${name} train`} scope="col" className={table.number}>
                  {measureTitle(name, measures)}
                  <span className={styles.part}>training</span>
                </th>,
                <th key={`${name} validation`} scope="col" className={table.number}>
                  {measureTitle(name, measures)}
                  <span className={styles.part} data-part="validation">
                    validation
                  </span>
                </th>,
              ])}
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.slice(offset, offset + SHOWN).map((row) => (
              <tr key={row.epoch} data-best={row.epoch === best || undefined}>
                <th scope="row" className={table.number}>
                  {row.epoch}
                </th>
                {names.flatMap((name) => [
                  <td key={`${name} train`} className={table.number}>
                    {measureValue(name, row.train[name], measures)}
                  </td>,
                  <td key={`${name} validation`} className={table.number}>
                    {measureValue(name, row.validation[name], measures)}
                  </td>,
                ])}
                <td className={styles.best}>{row.epoch === best ? "best" : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Pager noun="epochs" offset={offset} size={SHOWN} total={rows.length} onMove={setOffset} />
    </>
  );
}
