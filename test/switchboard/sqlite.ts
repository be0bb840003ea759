import { DatabaseSync } from "node:sqlite";
import type { Sql } from "../../worker/switchboard/sql.ts";

/** Node's SQLite with the platform's interface, so that a test can let days go by. */
export function sqlite(): Sql {
  const database = new DatabaseSync(":memory:");
  return {
    exec<Row>(query: string, ...values: (string | number | null)[]) {
      // Plain objects, and of whatever type the query's reader says.
      const rows: Row[] = JSON.parse(JSON.stringify(database.prepare(query).all(...values)));
      return {
        toArray: () => rows,
        one() {
          const [row, ...others] = rows;
          if (row === undefined || others.length > 0) throw new Error(`${rows.length} rows instead of one`);
          return row;
        },
      };
    },
  };
}
