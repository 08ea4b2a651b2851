/** Rows and pictures of a data set, a page at a time. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { keys } from "./queries";
import type { RowsPage } from "./types";

export const imageUrl = (dataset: number, index: number) => `/api/datasets/${dataset}/images/${index}/`;

export const rowsPath = (dataset: number, offset: number, limit: number) =>
  `/api/datasets/${dataset}/rows/?offset=${offset}&limit=${limit}`;

/** Some rows as they were uploaded; the page before stays while the next one comes. */
export const useRows = (dataset: number, offset: number, limit: number) =>
  useQuery({
    queryKey: [...keys.dataset(dataset), "rows", offset, limit],
    queryFn: ({ signal }) => api.get<RowsPage>(rowsPath(dataset, offset, limit), signal),
    placeholderData: (before, query) =>
      query?.queryKey[1] === dataset ? keepPreviousData(before) : undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
