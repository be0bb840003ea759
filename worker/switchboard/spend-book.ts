import type { SpendLimit } from "../bridge/spending-policy.ts";
import type { Sql } from "./sql.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What is spent is added up in slots so long: a day is three hundred rows, and a window up to one slot longer. */
const slotMs = 300_000;

/** What a conversation has cost so far, in all; a call that lost its memory goes on under another `tab`. */
export type Spent = { tab: string; callSid: string; usd: number };

/** In dollars; 0 is no ceiling. */
export type SpendCeilings = Readonly<Record<SpendLimit, number>>;

/** What all calls have cost in the last day, and each of them. */
export function spendBook(sql: Sql) {
  sql.exec(`CREATE TABLE IF NOT EXISTS tabs (
    tab TEXT PRIMARY KEY, call_sid TEXT NOT NULL, usd REAL NOT NULL, told_at_ms INTEGER NOT NULL)`);
  sql.exec("CREATE INDEX IF NOT EXISTS tabs_by_call ON tabs (call_sid)");
  sql.exec("CREATE TABLE IF NOT EXISTS spend (slot_ms INTEGER PRIMARY KEY, usd REAL NOT NULL)");

  /** Only what is more than was told before is new: a report that was lost, or is overtaken, does not matter. */
  function enter({ tab, callSid, usd }: Spent, nowMs: number): void {
    forget(nowMs);
    const before = sumOf("SELECT sum(usd) AS usd FROM tabs WHERE tab = ?", tab);
    sql.exec(
      `INSERT INTO tabs (tab, call_sid, usd, told_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (tab) DO UPDATE SET usd = max(usd, excluded.usd), told_at_ms = excluded.told_at_ms`,
      tab,
      callSid,
      usd,
      nowMs,
    );
    if (usd <= before) return;
    sql.exec(
      "INSERT INTO spend (slot_ms, usd) VALUES (?, ?) ON CONFLICT (slot_ms) DO UPDATE SET usd = usd + excluded.usd",
      nowMs - (nowMs % slotMs),
      usd - before,
    );
  }

  /** Whether a call was let in, and has begun to cost. */
  function knows(callSid: string): boolean {
    return sql.exec("SELECT 1 AS known FROM tabs WHERE call_sid = ? LIMIT 1", callSid).toArray().length > 0;
  }

  /** Which ceiling of all calls is reached. */
  function reached(ceilings: SpendCeilings, nowMs: number): "hour" | "day" | undefined {
    if (isOver(spentSince(nowMs - hourMs), ceilings.hour)) return "hour";
    return isOver(spentSince(nowMs - dayMs), ceilings.day) ? "day" : undefined;
  }

  /** Which ceiling is reached for a call; its own is kept here, too, in case that it has lost its memory. */
  function reachedBy(callSid: string, ceilings: SpendCeilings, nowMs: number): SpendLimit | undefined {
    const ownUsd = sumOf("SELECT sum(usd) AS usd FROM tabs WHERE call_sid = ?", callSid);
    return isOver(ownUsd, ceilings.call) ? "call" : reached(ceilings, nowMs);
  }

  function spentSince(sinceMs: number): number {
    return sumOf("SELECT sum(usd) AS usd FROM spend WHERE slot_ms > ?", sinceMs - slotMs);
  }

  function sumOf(query: string, value: string | number): number {
    return sql.exec<{ usd: number | null }>(query, value).one().usd ?? 0;
  }

  function forget(nowMs: number): void {
    sql.exec("DELETE FROM spend WHERE slot_ms <= ?", nowMs - dayMs - slotMs);
    sql.exec("DELETE FROM tabs WHERE told_at_ms <= ?", nowMs - dayMs);
  }

  /** When the next thing is to be forgotten; `undefined` when there is nothing. */
  function forgetsNextAtMs(): number | undefined {
    const { slot_ms: slot, told_ms: told } = sql
      .exec<{ slot_ms: number | null; told_ms: number | null }>(
        "SELECT (SELECT min(slot_ms) FROM spend) AS slot_ms, (SELECT min(told_at_ms) FROM tabs) AS told_ms",
      )
      .one();
    const dueMs = [...(slot === null ? [] : [slot + slotMs + dayMs]), ...(told === null ? [] : [told + dayMs])];
    return dueMs.length === 0 ? undefined : Math.min(...dueMs);
  }

  return { enter, knows, reached, reachedBy, forget, forgetsNextAtMs };
}

const isOver = (usd: number, ceiling: number): boolean => ceiling > 0 && usd >= ceiling;
