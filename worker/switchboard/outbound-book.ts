import { createHash } from "node:crypto";
import {
  type CallWishes,
  type OutboundAdmission,
  type OutboundCall,
  type OutboundOutcome,
  parseWishes,
} from "../../common/outbound-call.ts";
import type { Sql } from "./sql.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The longest that Twilio lets a call be; afterwards nobody asks what was wished for it. */
const wishesKeptMs = 4 * hourMs;

export type OutboundLimits = {
  perHour: number;
  perNumberPerDay: number;
  /** The ceiling that all calls together have reached. */
  spent?: { per: "hour" | "day"; limit: number } | undefined;
};

type Row = { fingerprint: string; call_sid: string | null; status: string | null; wishes: string | null };

/**
 * The calls that we have placed in the last day, and the wishes for those of the last hours. A call has its place here
 * from its admission on: so two requests at once cannot both have the last one.
 */
export function outboundBook(sql: Sql) {
  sql.exec(`CREATE TABLE IF NOT EXISTS outbound (
    intent TEXT PRIMARY KEY, idempotency_key TEXT UNIQUE, fingerprint TEXT NOT NULL, number TEXT NOT NULL,
    admitted_at_ms INTEGER NOT NULL, wishes TEXT, call_sid TEXT, status TEXT)`);
  sql.exec("CREATE INDEX IF NOT EXISTS outbound_by_time ON outbound (admitted_at_ms)");

  function admit(call: OutboundCall, limits: OutboundLimits, nowMs: number): OutboundAdmission {
    forget(nowMs);
    const before = rowOf("intent", call.intent) ?? rowOf("idempotency_key", call.idempotencyKey);
    if (before !== undefined) return repeated(before, call);
    if (limits.spent !== undefined) return { kind: "spend-limit", ...limits.spent };
    if (countSince(nowMs - hourMs) >= limits.perHour) return { kind: "hourly-limit", limit: limits.perHour };
    if (countSince(nowMs - dayMs, call.to) >= limits.perNumberPerDay)
      return { kind: "number-limit", limit: limits.perNumberPerDay };
    const { assistant, parameters, greeting } = call;
    sql.exec(
      `INSERT INTO outbound (intent, idempotency_key, fingerprint, number, admitted_at_ms, wishes)
       VALUES (?, ?, ?, ?, ?, ?)`,
      call.intent,
      call.idempotencyKey ?? null,
      fingerprintOf(call),
      call.to,
      nowMs,
      JSON.stringify({ assistant, parameters, greeting }),
    );
    return { kind: "admitted" };
  }

  /** A call that was not placed has cost nothing: it counts for nothing, and its key is free again. */
  function takeOutcome({ intent, placed }: OutboundOutcome): void {
    if (placed === undefined) sql.exec("DELETE FROM outbound WHERE intent = ? AND call_sid IS NULL", intent);
    else
      sql.exec("UPDATE outbound SET call_sid = ?, status = ? WHERE intent = ?", placed.callSid, placed.status, intent);
  }

  /** What was wished for a call. The first one that asks has it: an intent is for one call. */
  function wishesFor(intent: string, callSid: string, nowMs: number): CallWishes | undefined {
    forget(nowMs);
    sql.exec("UPDATE outbound SET call_sid = ? WHERE intent = ? AND call_sid IS NULL", callSid, intent);
    const row = rowOf("intent", intent);
    return row?.wishes && row.call_sid === callSid ? parseWishes(row.wishes) : undefined;
  }

  function forget(nowMs: number): void {
    sql.exec("DELETE FROM outbound WHERE admitted_at_ms <= ?", nowMs - dayMs);
    sql.exec("UPDATE outbound SET wishes = NULL WHERE admitted_at_ms <= ? AND wishes NOT NULL", nowMs - wishesKeptMs);
  }

  /** When the next thing is to be forgotten; `undefined` when there is nothing. */
  function forgetsNextAtMs(): number | undefined {
    const oldest = sql
      .exec<{ all_ms: number | null; wishes_ms: number | null }>(
        `SELECT min(admitted_at_ms) AS all_ms, min(CASE WHEN wishes NOT NULL THEN admitted_at_ms END) AS wishes_ms
         FROM outbound`,
      )
      .one();
    const dueMs = [
      ...(oldest.all_ms === null ? [] : [oldest.all_ms + dayMs]),
      ...(oldest.wishes_ms === null ? [] : [oldest.wishes_ms + wishesKeptMs]),
    ];
    return dueMs.length === 0 ? undefined : Math.min(...dueMs);
  }

  function rowOf(column: "intent" | "idempotency_key", value: string | undefined): Row | undefined {
    if (value === undefined) return undefined;
    const query = `SELECT fingerprint, call_sid, status, wishes FROM outbound WHERE ${column} = ?`;
    return sql.exec<Row>(query, value).toArray()[0];
  }

  function countSince(sinceMs: number, number?: string): number {
    const query = "SELECT count(*) AS count FROM outbound WHERE admitted_at_ms > ?";
    const rows =
      number === undefined
        ? sql.exec<{ count: number }>(query, sinceMs)
        : sql.exec<{ count: number }>(`${query} AND number = ?`, sinceMs, number);
    return rows.one().count;
  }

  return { admit, takeOutcome, wishesFor, forget, forgetsNextAtMs };
}

/** What a request comes to that was made before: with its key, or word for word by somebody who has overheard it. */
function repeated({ fingerprint, call_sid: callSid, status }: Row, call: OutboundCall): OutboundAdmission {
  if (fingerprint !== fingerprintOf(call)) return { kind: "idempotency-key-reused" };
  return callSid === null ? { kind: "still-placing" } : { kind: "placed", callSid, status: status ?? "queued" };
}

/** The same for the same request, in whatever order it was written. */
function fingerprintOf({
  to,
  from,
  assistant,
  parameters,
  greeting,
  machineDetection,
  timeLimitS,
}: OutboundCall): string {
  const inOrder = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([to, from, assistant, inOrder, greeting, machineDetection, timeLimitS]))
    .digest("base64url");
}
