import type { Sql } from "./sql.ts";

/** A call that runs says so every few seconds, and one that begins within this time: a line is not lost with its call. */
const leaseMs = 90_000;

/** Which calls are on the line now: leases, renewed while a call runs, and freed when it ends, or falls silent. */
export function lineBook(sql: Sql) {
  sql.exec("CREATE TABLE IF NOT EXISTS lines (call_sid TEXT PRIMARY KEY, until_ms INTEGER NOT NULL)");

  /** Takes a line for a call, if fewer than `most` are taken by others; the same call may ask twice. */
  function take(callSid: string, most: number, nowMs: number): boolean {
    forget(nowMs);
    const { count } = sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM lines WHERE call_sid != ?", callSid)
      .one();
    if (count >= most) return false;
    renew(callSid, nowMs);
    return true;
  }

  /** The call runs: it has its line, be it one too many since it had been silent, or was let in unasked. */
  function renew(callSid: string, nowMs: number): void {
    sql.exec("INSERT OR REPLACE INTO lines (call_sid, until_ms) VALUES (?, ?)", callSid, nowMs + leaseMs);
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

  return { take, renew, free, forget, forgetsNextAtMs };
}
