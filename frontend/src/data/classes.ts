/** Finds the pictures of one class by reading the list of pictures, a thousand at a time. */

import { api } from "../api/client";
import { rowsPath } from "../api/rows";
import type { Json, RowsPage } from "../api/types";

const CHUNK = 1000;

interface Wanted {
  dataset: number;
  wanted: string;
  skip: number;
  take: number;
  signal?: AbortSignal;
  read?: (path: string, signal?: AbortSignal) => Promise<RowsPage>;
}

/** Rows [index, file name, class] of the class, without the first `skip`, at most `take`. */
export async function findOfClass(question: Wanted): Promise<Json[][]> {
  const { dataset, wanted, skip, take, signal, read = api.get<RowsPage> } = question;
  const found: Json[][] = [];
  for (let offset = 0; found.length < skip + take; offset += CHUNK) {
    const page = await read(rowsPath(dataset, offset, CHUNK), signal);
    found.push(...page.rows.filter((row) => String(row[2]) === wanted));
    if (page.rows.length === 0 || offset + page.rows.length >= page.total) break;
  }
  return found.slice(skip, skip + take);
}
