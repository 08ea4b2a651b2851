/** The pictures of a data set, all or one class, a page at a time. */

import { NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/queries";
import { imageUrl, useRows } from "../api/rows";
import type { Dataset, Recipe } from "../api/types";
import { Card } from "../ui/Card";
import { count } from "../ui/format";
import { Pager } from "../ui/Pager";
import { Pictures } from "../ui/Pictures";
import { Waiting } from "../ui/Waiting";
import { findOfClass } from "./classes";
import styles from "./data.module.css";

const SHOWN = 48;

export function Gallery({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [wanted, setWanted] = useState("");
  const classes = dataset.columns.find((column) => column.type !== "image")?.top ?? [];
  const size = recipe.image;
  return (
    <Card
      title="Pictures"
      aside={
        <>
          {size && (
            <span title="Every picture is brought to this size">
              Used as {size.width}×{size.height}, {size.channels === 1 ? "grey" : "colour"}
            </span>
          )}
          <NativeSelect
            size="xs"
            aria-label="Show the class"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            data={[
              { value: "", label: "All classes" },
              ...classes.map(([name, number]) => ({
                value: String(name),
                label: `${name} (${count(number)})`,
              })),
            ]}
          />
        </>
      }
    >
      {wanted ? (
        <OneClass
          key={wanted}
          dataset={dataset.id}
          wanted={wanted}
          total={classes.find(([name]) => String(name) === wanted)?.[1] ?? 0}
        />
      ) : (
        <AllClasses dataset={dataset.id} rows={dataset.rows ?? 0} />
      )}
    </Card>
  );
}

function AllClasses({ dataset, rows }: { dataset: number; rows: number }) {
  const [offset, setOffset] = useState(0);
  const { data, error } = useRows(dataset, offset, SHOWN);
  return (
    <Page
      dataset={dataset}
      rows={data?.rows}
      error={error}
      offset={offset}
      total={data?.total ?? rows}
      onMove={setOffset}
    />
  );
}

interface OneClassProps {
  dataset: number;
  wanted: string;
  total: number;
}

function OneClass({ dataset, wanted, total }: OneClassProps) {
  const [offset, setOffset] = useState(0);
  const { data, error } = useQuery({
    queryKey: [...keys.dataset(dataset), "class", wanted, offset],
    queryFn: ({ signal }) => findOfClass({ dataset, wanted, skip: offset, take: SHOWN, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page dataset={dataset} rows={data} error={error} offset={offset} total={total} onMove={setOffset} />
  );
}

interface PageProps {
  dataset: number;
  rows: unknown[][] | undefined;
  error: Error | null;
  offset: number;
  total: number;
  onMove: (offset: number) => void;
}

function Page({ dataset, rows, error, offset, total, onMove }: PageProps) {
  if (error) return <p className={styles.advice}>{error.message}</p>;
  if (!rows) return <Waiting label="Reading the pictures" />;
  return (
    <>
      <Pictures
        pictures={rows.map(([index, name, label]) => ({
          index: Number(index),
          src: imageUrl(dataset, Number(index)),
          name: String(name),
          label: String(label),
        }))}
      />
      <div className={styles.below}>
        <Pager noun="pictures" offset={offset} size={SHOWN} total={total} onMove={onMove} />
      </div>
    </>
  );
}
