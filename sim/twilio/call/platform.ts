import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Speak } from "../../voice/voices.ts";
import type { Network } from "../../network/delay.ts";
import type { Refusal } from "../rest/rest-error.ts";
import type { Callback, CallbackFate } from "./callback-fate.ts";
import type { StreamFaults } from "./stream-faults.ts";
import type { RecordingStore } from "./recording-store.ts";

/** What all calls of one simulated account share. */
export type Platform = {
  accountSid: string;
  authToken: string;
  clock: Clock;
  speak: Speak;
  /** What lies between Twilio and the servers it streams to; undefined is nothing but the real connection. */
  network: Network | undefined;
  recordings: RecordingStore;
  /** Where a recording can be fetched. */
  recordingUrl(sid: string): string;
  /** Whether a number may be shown as the caller's: it is the account's, or verified. */
  mayCallFrom: (number: string) => boolean;
  /** Why a number cannot be called. */
  refusalOf: (to: string) => Refusal | undefined;
  /** What is to befall a stream that begins. */
  streamFaults: StreamFaults;
  /** What is to befall a callback before it is sent. */
  fateOf(callback: Callback): CallbackFate;
  /** The next SID of a kind: its two letters and 32 hexadecimal digits. */
  nextSid(letters: "CA" | "MZ" | "RE"): string;
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
