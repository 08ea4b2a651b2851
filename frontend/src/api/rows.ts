/** Rows and pictures of a data set, a page at a time. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { keys } from "./queries";
import type { ColumnFigures, Relations, RowsPage } from "./types";

export const imageUrl = (dataset: number, index: number) => `/api/datasets/${dataset}/images/${index}/`;

export type RowTest = "contains" | "equals" | "at_least" | "at_most" | "missing" | "present";

export interface RowFilter {
  column: string;
  test: RowTest;
  value: string | null;
}

/** How a table is sorted and filtered. */
export interface RowsView {
  sort: string | null;
  descending: boolean;
  filters: RowFilter[];
}

export const AS_UPLOADED: RowsView = { sort: null, descending: false, filters: [] };

export const rowsPath = (dataset: number, offset: number, limit: number, view: RowsView = AS_UPLOADED) =>
  `/api/datasets/${dataset}/rows/?${new URLSearchParams({
    offset: `${offset}`,
    limit: `${limit}`,
    ...(view.sort || view.filters.length > 0 ? { view: JSON.stringify(view) } : {}),
  })}`;

/** Some rows as they were uploaded, or sorted and filtered; the page before stays while the next one comes. */
export const useRows = (dataset: number, offset: number, limit: number, view: RowsView = AS_UPLOADED) =>
  useQuery({
    queryKey: [...keys.dataset(dataset), "rows", offset, limit, view],
    queryFn: ({ signal }) => api.get<RowsPage>(rowsPath(dataset, offset, limit, view), signal),
    placeholderData: (before, query) =>
      query?.queryKey[1] === dataset ? keepPreviousData(before) : undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Facts and figures of one column, also beside a target. */
export const useColumn = (dataset: number, name: string, target: string | null, time: string | null) =>
  useQuery({
    queryKey: [...keys.dataset(dataset), "column", name, target, time],
    queryFn: ({ signal }) =>
      api.get<ColumnFigures>(
        `/api/datasets/${dataset}/column/?${new URLSearchParams({ name, ...(target ? { target } : {}), ...(time ? { time } : {}) })}`,
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** How strongly columns go together. */
export const useRelations = (dataset: number, columns: string[], target: string | null, wanted: boolean) =>
  useQuery({
    queryKey: [...keys.dataset(dataset), "relations", columns, target],
    queryFn: ({ signal }) =>
      api.get<Relations>(
        `/api/datasets/${dataset}/relations/?${new URLSearchParams({
          columns: JSON.stringify(columns),
          ...(target ? { target } : {}),
        })}`,
        signal,
      ),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
