import type { Sql } from "./sql.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How many calls are let in, of all callers and of each; 0 is no limit. */
export type CallerLimits = { perMinute: number; perCallerPerHour: number };

/** Who has called in the last hour, and how often. */
export function callerBook(sql: Sql) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS callers (call_sid TEXT PRIMARY KEY, caller TEXT NOT NULL, at_ms INTEGER NOT NULL)",
  );
  sql.exec("CREATE INDEX IF NOT EXISTS callers_by_caller ON callers (caller, at_ms)");
  sql.exec("CREATE INDEX IF NOT EXISTS callers_by_time ON callers (at_ms)");

  /**
   * Lets a call in, or says what is used up. Who is turned away has not called, and a call that was let in may ask
   * again. Who called is only kept where it counts.
   */
  function admit(
    caller: string,
    callSid: string,
    { perMinute, perCallerPerHour }: CallerLimits,
    nowMs: number,
  ): "admit" | "calls-per-minute" | "calls-per-caller" {
    forget(nowMs);
    if (countWhere("call_sid = ?", callSid) > 0) return "admit";
    if (isUsedUp(perMinute, () => countWhere("at_ms > ?", nowMs - minuteMs))) return "calls-per-minute";
    if (isUsedUp(perCallerPerHour, () => countWhere("caller = ?", caller))) return "calls-per-caller";
    const kept = perCallerPerHour > 0 ? caller : "";
    sql.exec("INSERT INTO callers (call_sid, caller, at_ms) VALUES (?, ?, ?)", callSid, kept, nowMs);
    return "admit";
  }

  function countWhere(condition: "call_sid = ?" | "at_ms > ?" | "caller = ?", value: string | number): number {
    return sql.exec<{ count: number }>(`SELECT count(*) AS count FROM callers WHERE ${condition}`, value).one().count;
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

const isUsedUp = (limit: number, count: () => number): boolean => limit > 0 && count() >= limit;
