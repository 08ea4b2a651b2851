/** The project changed last comes first. */
export const newestFirst = <Row extends { updated: string }>(rows: Row[]): Row[] =>
  [...rows].sort((a, b) => Date.parse(b.updated) - Date.parse(a.updated));
