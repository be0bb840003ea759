import type { Sql } from "./sql.ts";

/** An assistant's call is over by then, or is one that may last for ever: a line is not lost with whoever forgot to free it. */
const leaseMs = 3_600_000;

/** Which calls are on the line now: leases, freed when a call ends, and by time if nobody says so. */
export function lineBook(sql: Sql) {
  sql.exec("CREATE TABLE IF NOT EXISTS lines (call_sid TEXT PRIMARY KEY, until_ms INTEGER NOT NULL)");

  /** Takes a line for a call, if fewer than `most` are taken by others; the same call may ask twice. */
  function take(callSid: string, most: number, nowMs: number): boolean {
    forget(nowMs);
    const { count } = sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM lines WHERE call_sid != ?", callSid)
      .one();
    if (count >= most) return false;
    sql.exec("INSERT OR REPLACE INTO lines (call_sid, until_ms) VALUES (?, ?)", callSid, nowMs + leaseMs);
    return true;
  }

  /** The call is over. */
  function free(callSid: string): void {
    sql.exec("DELETE FROM lines WHERE call_sid = ?", callSid);
  }

  function forget(nowMs: number): void {
    sql.exec("DELETE FROM lines WHERE until_ms <= ?", nowMs);
  }

  /** When the next lease runs out; `undefined` when there is none. */
  function forgetsNextAtMs(): number | undefined {
    const { next_ms: nextMs } = sql
      .exec<{ next_ms: number | null }>("SELECT min(until_ms) AS next_ms FROM lines")
      .one();
    return nextMs ?? undefined;
  }

  return { take, free, forget, forgetsNextAtMs };
}
