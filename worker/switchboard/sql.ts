/** As much of the platform's SQLite as the books use: synchronous, and of rows that the query names. */
export type Sql = {
  exec<Row extends Record<string, string | number | null>>(
    query: string,
    ...values: (string | number | null)[]
  ): { one(): Row; toArray(): Row[] };
};
