import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Speak } from "../../voice/voices.ts";
import type { Network } from "../network/delay.ts";

/** What all calls of one simulated account share. */
export type Platform = {
  accountSid: string;
  authToken: string;
  clock: Clock;
  speak: Speak;
  /** What lies between Twilio and the servers it streams to; undefined is nothing but the real connection. */
  network: Network | undefined;
  /** The next SID of a kind: its two letters and 32 hexadecimal digits. */
  nextSid(letters: "CA" | "MZ"): string;
  /** The date and time, as moved on by the clock. */
  now(): Date;
};

/** SIDs that are the same in every run with the same seed. */
export function sidSequence(seed: string): Platform["nextSid"] {
  let count = 0;
  return (letters) => letters + createHash("md5").update(`${seed}/${letters}/${count++}`).digest("hex");
}

/** The date and time, beginning at `epochMs` and moved on by a clock. */
export function calendar(clock: Clock, epochMs: number): () => Date {
  const startMs = clock.nowMs();
  return () => new Date(epochMs + clock.nowMs() - startMs);
}
