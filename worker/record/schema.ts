import type { Sql } from "../switchboard/sql.ts";

/**
 * What a record is kept in. Each entry is one step from the schema before it, and is never changed once it was
 * deployed: a record may be older than the code that reads it.
 */
const migrations: readonly (readonly string[])[] = [
  [
    // The call's story, in its order.
    "CREATE TABLE journal (place INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL)",
    // What was said, an item a row, in the order in which the items were first heard of.
    "CREATE TABLE lines (place INTEGER PRIMARY KEY AUTOINCREMENT, item_id TEXT NOT NULL UNIQUE, line TEXT NOT NULL)",
    // What else is known of the call, by name, as JSON.
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
  ],
];

/** Brings the storage to the newest schema; gives which that is. */
export function migrate(sql: Sql): number {
  sql.exec("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)");
  const { version } = sql
    .exec<{ version: number }>("SELECT coalesce(max(version), 0) AS version FROM migrations")
    .one();
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    for (const statement of statements) sql.exec(statement);
    sql.exec("INSERT INTO migrations (version) VALUES (?)", index + 1);
  }
  return migrations.length;
}
