import type { Effect } from "./effects.ts";
import { journal } from "./journal.ts";
import type { KeyRequest } from "./key-request.ts";

/** The tone of the last key may still sound after its digit has come. */
const toneMs = 400;
/** Whoever is asked for four digits and knows six presses six, and an end key out of habit: nobody else's business, too. */
const overrunMs = 2_000;

/**
 * Keys that are between the caller and one tool: a PIN, a card number. While they are collected the caller's audio is
 * withheld, too, since it may hold their tones, or the digits read aloud.
 */
export class PrivateKeys {
  #asked: { toolCallId: string; request: KeyRequest; digits: string } | undefined;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  /** Until when keys are still part of a number that is complete, and which ends it. */
  #overrun: { untilMs: number; endKey: string | undefined } | undefined;

  get isAsking(): boolean {
    return this.#asked !== undefined;
  }

  /** Whether what the caller's phone sends now is nobody else's business. */
  isPrivate(nowMs: number): boolean {
    return this.isAsking || nowMs < this.#endedAtMs + toneMs;
  }

  /** A tool wants keys; `pressed` were already pressed, and not yet given to anybody. Only one is asked for at a time. */
  ask(toolCallId: string, request: KeyRequest, pressed: string, nowMs: number): Effect[] {
    if (this.#asked !== undefined) return [{ type: "keys.give", toolCallId, digits: "" }];
    this.#overrun = undefined;
    this.#asked = { toolCallId, request, digits: "" };
    return [...wait(request.firstKeyWithinMs), ...pressed.split("").flatMap((digit) => this.pressed(digit, nowMs))];
  }

  /** A key was pressed, and is the tool's. */
  pressed(digit: string, nowMs: number): Effect[] {
    if (this.#asked === undefined) return [];
    const { request } = this.#asked;
    if (digit === request.endKey) return this.end(nowMs);
    this.#asked.digits += digit;
    if (this.#asked.digits.length < request.maxDigits) return wait(request.nextKeyWithinMs);
    this.#overrun = { untilMs: nowMs + overrunMs, endKey: request.endKey };
    return this.end(nowMs);
  }

  /** Whether this key was pressed behind a number that was complete already. */
  isOverrun(digit: string, nowMs: number): boolean {
    if (this.#overrun === undefined || nowMs >= this.#overrun.untilMs) return false;
    this.#overrun = digit === this.#overrun.endKey ? undefined : { ...this.#overrun, untilMs: nowMs + overrunMs };
    this.#endedAtMs = nowMs;
    return true;
  }

  /** The caller is gone: what was pressed is no number. */
  lost(nowMs: number): Effect[] {
    if (this.#asked !== undefined) this.#asked.digits = "";
    return this.end(nowMs);
  }

  /** No more keys: the tool gets what there is. */
  end(nowMs: number): Effect[] {
    if (this.#asked === undefined) return [];
    const { toolCallId, digits } = this.#asked;
    this.#asked = undefined;
    this.#endedAtMs = nowMs;
    return [
      { type: "timer.clear", timer: "private-keys" },
      { type: "keys.give", toolCallId, digits },
      journal({ kind: "caller.keys", count: digits.length }),
    ];
  }

  /** The tool has come to its end: it wants no keys any more. */
  toolFinished(toolCallId: string, nowMs: number): Effect[] {
    return this.#asked?.toolCallId === toolCallId ? this.end(nowMs) : [];
  }
}

const wait = (withinMs: number): Effect[] => [{ type: "timer.set", timer: "private-keys", afterMs: withinMs }];
