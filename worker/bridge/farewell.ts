import type { Effect } from "./effects.ts";
import type { StreamEnd } from "./end.ts";
import { journal } from "./journal.ts";

/** What may come after the last word that is queued: a mark, or another sentence. */
const graceMs = 12_000;
/** Nobody says goodbye for longer than this. */
const longestMs = 60_000;

/**
 * A goodbye: we leave the line, for good or to somebody else, once the last word was heard. One that `yields` is taken
 * back when the caller speaks again; one of a call that is wrapped up is not, and no other takes its place.
 */
export class Farewell {
  #pending: { end: StreamEnd; yields: boolean; sinceMs: number } | undefined;

  /** With what we are about to leave; `undefined` while we are not. */
  get end(): StreamEnd | undefined {
    return this.#pending?.end;
  }

  /** Whether we leave whatever happens. */
  get isFinal(): boolean {
    return this.#pending?.yields === false;
  }

  /** `queuedMs` of what was said is still to be heard. */
  bid(end: StreamEnd, yields: boolean, queuedMs: number, nowMs: number): Effect[] {
    if (this.#pending !== undefined && !this.#pending.yields) return [];
    this.#pending = { end, yields, sinceMs: nowMs };
    return [
      { type: "timer.set", timer: "goodbye", afterMs: queuedMs + graceMs },
      journal({ kind: "farewell", reason: end.reason }),
    ];
  }

  /** The caller is back on the line: what we were about to do is done when the last word was heard, or in a while. */
  resume(nowMs: number): Effect[] {
    if (this.#pending === undefined) return [];
    this.#pending.sinceMs = nowMs;
    return [{ type: "timer.set", timer: "goodbye", afterMs: graceMs }];
  }

  /** We have left: the next goodbye is another one. */
  done(): void {
    this.#pending = undefined;
  }

  /** The time is up, but words are still to be heard: gives them their time, unless that never ends. */
  extend(queuedMs: number, nowMs: number): Effect[] {
    if (this.#pending === undefined || queuedMs === 0 || nowMs - this.#pending.sinceMs > longestMs) return [];
    return [{ type: "timer.set", timer: "goodbye", afterMs: queuedMs }];
  }

  /** The caller speaks again; gives nothing when there was no goodbye, or none that yields. */
  takeBack(): Effect[] {
    if (this.#pending?.yields !== true) return [];
    this.#pending = undefined;
    return [{ type: "timer.clear", timer: "goodbye" }, journal({ kind: "farewell.taken-back" })];
  }
}
