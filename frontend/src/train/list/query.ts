/** What the list of runs shows, as it stands in the address. */

import { NEWEST, PAGE, type RunOrder, type RunQuery } from "../../api/runs";
import type { RunState } from "../../api/types";
import { setSearch, useSearch } from "../../ui/router";

export const ORDERS: RunOrder[] = [
  "number",
  "name",
  "state",
  "best",
  "best_epoch",
  "epoch",
  "seconds",
  "parameters",
  "learning_rate",
];
export const STATES: RunState[] = ["queued", "running", "paused", "finished", "failed"];

/** Characters of the key of a measure, of what is looked for, and of a tag; the server takes no more. */
const LONGEST = 300;
const LONGEST_FIND = 200;
const LONGEST_TAG = 40;

/** The parts of the address that the list reads. */
export interface ListAddress {
  find: string | null;
  tags: string | null;
  states: string | null;
  sort: string | null;
  by: string | null;
  from: string | null;
}

export function readQuery({ find, tags, states, sort, by, from }: ListAddress): RunQuery {
  const order = (sort ?? "").replace(/^-/, "") as RunOrder;
  const known = ORDERS.includes(order);
  return {
    q: (find ?? "").slice(0, LONGEST_FIND),
    tags: parts(tags).filter((tag) => tag.length <= LONGEST_TAG),
    states: parts(states).filter((state): state is RunState => STATES.includes(state as RunState)),
    sort: known ? order : NEWEST.sort,
    measure: by && by.length <= LONGEST ? by : null,
    descending: known ? sort?.startsWith("-") === true : NEWEST.descending,
    offset: from && /^\d{1,9}$/.test(from) ? Number(from) : 0,
    limit: PAGE,
  };
}

/** What to write into the address; a query that is as usual leaves nothing there. */
export function writeQuery(query: RunQuery): { [key in keyof ListAddress]: string | null } {
  const usual = query.sort === NEWEST.sort && query.descending === NEWEST.descending;
  return {
    find: query.q || null,
    tags: query.tags.map(encodeURIComponent).join(",") || null,
    states: query.states.join(",") || null,
    sort: usual ? null : `${query.descending ? "-" : ""}${query.sort}`,
    by: query.measure,
    from: query.offset > 0 ? `${query.offset}` : null,
  };
}

const parts = (text: string | null) => (text ? text.split(",").map(decoded) : []);

/** A part of an address; one that was mistyped or cut off stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The query in the address, and a way to change it; whatever narrows the list leads back to its first page. */
export function useListQuery(): [RunQuery, (changes: Partial<RunQuery>) => void] {
  const [find] = useSearch("find");
  const [tags] = useSearch("tags");
  const [states] = useSearch("states");
  const [sort] = useSearch("sort");
  const [by] = useSearch("by");
  const [from] = useSearch("from");
  const query = readQuery({ find, tags, states, sort, by, from });
  return [query, (changes) => setSearch({ ...writeQuery({ ...query, offset: 0, ...changes }) })];
}

export const narrowed = ({ q, tags, states }: RunQuery) =>
  q.trim() !== "" || tags.length > 0 || states.length > 0;
