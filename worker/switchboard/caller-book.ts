import type { Admission } from "../../common/preparation.ts";
import type { Sql } from "./sql.ts";

const hourMs = 3_600_000;

/** Who has called in the last hour, and how often. */
export function callerBook(sql: Sql) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS callers (call_sid TEXT PRIMARY KEY, caller TEXT NOT NULL, at_ms INTEGER NOT NULL)",
  );
  sql.exec("CREATE INDEX IF NOT EXISTS callers_by_caller ON callers (caller, at_ms)");

  /** Whether a caller has calls left in this hour. Who is turned away has not called; the same call may ask twice. */
  function admit(caller: string, callSid: string, perHour: number, nowMs: number): Admission {
    forget(nowMs);
    const { count } = sql
      .exec<{ count: number }>(
        "SELECT count(*) AS count FROM callers WHERE caller = ? AND call_sid != ?",
        caller,
        callSid,
      )
      .one();
    if (count >= perHour) return "busy";
    sql.exec("INSERT OR IGNORE INTO callers (call_sid, caller, at_ms) VALUES (?, ?, ?)", callSid, caller, nowMs);
    return "admit";
  }

  function forget(nowMs: number): void {
    sql.exec("DELETE FROM callers WHERE at_ms <= ?", nowMs - hourMs);
  }

  /** When the next thing is to be forgotten; `undefined` when there is nothing. */
  function forgetsNextAtMs(): number | undefined {
    const { oldest_ms: oldestMs } = sql
      .exec<{ oldest_ms: number | null }>("SELECT min(at_ms) AS oldest_ms FROM callers")
      .one();
    return oldestMs === null ? undefined : oldestMs + hourMs;
  }

  return { admit, forget, forgetsNextAtMs };
}
