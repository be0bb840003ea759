import type { Effect } from "./effects.ts";
import { journal } from "./journal.ts";

/** Longer than any last sentence: the line is not held for a mark that never comes back. */
const capMs = 12_000;

/**
 * A goodbye: we hang up once the last word was heard. One that `yields` is taken back when the caller speaks again;
 * one of a call that has run out of time is not.
 */
export class Farewell {
  #pending: { reason: string; yields: boolean } | undefined;

  /** Why we are about to hang up; `undefined` while we are not. */
  get reason(): string | undefined {
    return this.#pending?.reason;
  }

  bid(reason: string, yields: boolean): Effect[] {
    this.#pending = { reason, yields };
    return [{ type: "timer.set", timer: "goodbye", afterMs: capMs }, journal({ kind: "farewell", reason })];
  }

  /** The caller speaks again; gives nothing when there was no goodbye, or none that yields. */
  takeBack(): Effect[] {
    if (this.#pending?.yields !== true) return [];
    this.#pending = undefined;
    return [{ type: "timer.clear", timer: "goodbye" }, journal({ kind: "farewell.taken-back" })];
  }
}
