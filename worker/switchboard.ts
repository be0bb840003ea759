import { DurableObject } from "cloudflare:workers";
import type { CallWishes, OutboundAdmission, OutboundCall, OutboundOutcome } from "../common/outbound-call.ts";
import type { Admission } from "../common/preparation.ts";
import type { WorkerSettings } from "../common/settings.ts";
import type { SpendLimit } from "./bridge/spending-policy.ts";
import { type Environment, readSettings } from "./environment.ts";
import { callLog } from "./log.ts";
import { callerBook } from "./switchboard/caller-book.ts";
import { lineBook } from "./switchboard/line-book.ts";
import { outboundBook } from "./switchboard/outbound-book.ts";
import { type SpendCeilings, spendBook } from "./switchboard/spend-book.ts";
import type { SpendReport } from "./switchboard/spend-report.ts";

/**
 * The one place that knows of all calls: it admits those that we place and those that come in, adds up what they cost,
 * and keeps what is wished for a call until the call asks for it. What is past is deleted, by an alarm if nobody comes by.
 */
export class Switchboard extends DurableObject<Environment> {
  readonly #settings: WorkerSettings = readSettings(this.env);
  readonly #outbound = outboundBook(this.ctx.storage.sql);
  readonly #callers = callerBook(this.ctx.storage.sql);
  readonly #lines = lineBook(this.ctx.storage.sql);
  readonly #spend = spendBook(this.ctx.storage.sql);
  readonly #ceilings: SpendCeilings = {
    call: this.#settings.MAX_USD_PER_CALL,
    hour: this.#settings.MAX_USD_PER_HOUR,
    day: this.#settings.MAX_USD_PER_DAY,
  };

  async admitOutbound(call: OutboundCall): Promise<OutboundAdmission> {
    const { OUTBOUND_PER_HOUR: perHour, OUTBOUND_PER_NUMBER_PER_DAY: perNumberPerDay } = this.#settings;
    const nowMs = Date.now();
    const per = this.#spend.reached(this.#ceilings, nowMs);
    const spent = per && { per, limit: this.#ceilings[per] };
    const admission = this.#outbound.admit(call, { perHour, perNumberPerDay, spent }, nowMs);
    await this.#setAlarm();
    return admission;
  }

  takeOutcome(outcome: OutboundOutcome): void {
    this.#outbound.takeOutcome(outcome);
  }

  wishesFor(intent: string, callSid: string): CallWishes | undefined {
    return this.#outbound.wishesFor(intent, callSid, Date.now());
  }

  async admitCaller(caller: string | undefined, callSid: string): Promise<Admission> {
    const because = this.#whyBusy(caller ?? "hidden", callSid, Date.now());
    if (because !== undefined) callLog(callSid, [])("caller.busy", { because });
    await this.#setAlarm();
    return because === undefined ? "admit" : "busy";
  }

  callIsOver(callSid: string): void {
    this.#lines.free(callSid);
  }

  /** A call says what it has cost, and hears which ceiling is reached. One that runs keeps its line. */
  async takeSpending({ direction, isOver, ...spent }: SpendReport): Promise<SpendLimit | undefined> {
    const nowMs = Date.now();
    this.#spend.enter(spent, nowMs);
    if (isOver) this.#lines.free(spent.callSid);
    else if (direction === "in" && this.#settings.MAX_CONCURRENT_CALLS > 0) this.#lines.renew(spent.callSid, nowMs);
    await this.#setAlarm();
    return this.#spend.reachedBy(spent.callSid, this.#ceilings, nowMs);
  }

  override async alarm(): Promise<void> {
    for (const book of this.#books) book.forget(Date.now());
    await this.#setAlarm();
  }

  /** What a caller is busy for; nothing when the call is let in. A call that runs is not turned away any more. */
  #whyBusy(caller: string, callSid: string, nowMs: number): string | undefined {
    const { CALLS_PER_CALLER_PER_HOUR: perCallerPerHour, MAX_CALLS_PER_MINUTE: perMinute } = this.#settings;
    const { MAX_CONCURRENT_CALLS: most } = this.#settings;
    const spent = this.#spend.knows(callSid) ? undefined : this.#spend.reached(this.#ceilings, nowMs);
    if (spent !== undefined) return `spend-per-${spent}`;
    if (most > 0 && !this.#lines.take(callSid, most, nowMs)) return "concurrent-calls";
    if (perMinute === 0 && perCallerPerHour === 0) return undefined;
    const admission = this.#callers.admit(caller, callSid, { perMinute, perCallerPerHour }, nowMs);
    if (admission === "admit") return undefined;
    this.#lines.free(callSid);
    return admission;
  }

  get #books() {
    return [this.#outbound, this.#callers, this.#lines, this.#spend];
  }

  async #setAlarm(): Promise<void> {
    const dueMs = this.#books.flatMap((book) => book.forgetsNextAtMs() ?? []);
    if (dueMs.length > 0) await this.ctx.storage.setAlarm(Math.min(...dueMs));
  }
}
