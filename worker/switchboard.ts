import { DurableObject } from "cloudflare:workers";
import type { CallWishes, OutboundAdmission, OutboundCall, OutboundOutcome } from "../common/outbound-call.ts";
import type { Admission } from "../common/preparation.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { type Environment, readSettings } from "./environment.ts";
import { callerBook } from "./switchboard/caller-book.ts";
import { lineBook } from "./switchboard/line-book.ts";
import { outboundBook } from "./switchboard/outbound-book.ts";

/**
 * The one place that knows of all calls: it admits those that we place and those that come in, and keeps what is wished
 * for a call until the call asks for it. What is past is deleted, by an alarm if nobody comes by.
 */
export class Switchboard extends DurableObject<Environment> {
  readonly #settings: WorkerSettings = readSettings(this.env);
  readonly #outbound = outboundBook(this.ctx.storage.sql);
  readonly #callers = callerBook(this.ctx.storage.sql);
  readonly #lines = lineBook(this.ctx.storage.sql);

  async admitOutbound(call: OutboundCall): Promise<OutboundAdmission> {
    const { OUTBOUND_PER_HOUR: perHour, OUTBOUND_PER_NUMBER_PER_DAY: perNumberPerDay } = this.#settings;
    const admission = this.#outbound.admit(call, { perHour, perNumberPerDay }, Date.now());
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
    const { CALLS_PER_CALLER_PER_HOUR: perHour, MAX_CONCURRENT_CALLS: most } = this.#settings;
    const nowMs = Date.now();
    if (most > 0 && !this.#lines.take(callSid, most, nowMs)) return "busy";
    const admission = perHour > 0 ? this.#callers.admit(caller ?? "hidden", callSid, perHour, nowMs) : "admit";
    if (admission !== "admit") this.#lines.free(callSid);
    await this.#setAlarm();
    return admission;
  }

  callIsOver(callSid: string): void {
    this.#lines.free(callSid);
  }

  override async alarm(): Promise<void> {
    this.#outbound.forget(Date.now());
    this.#callers.forget(Date.now());
    this.#lines.forget(Date.now());
    await this.#setAlarm();
  }

  async #setAlarm(): Promise<void> {
    const dueMs = [this.#outbound, this.#callers, this.#lines].flatMap((book) => book.forgetsNextAtMs() ?? []);
    if (dueMs.length > 0) await this.ctx.storage.setAlarm(Math.min(...dueMs));
  }
}
