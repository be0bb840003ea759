import type { SpendLimit } from "./spending-policy.ts";

/** What brings a call to its end, whoever speaks: its time, or what it or all calls together may cost. */
export type WrapUp = "time" | SpendLimit;

/** Callers hear nothing of money: it is not theirs. */
const withoutReason =
  "This call cannot go on any longer. Say so in one short sentence, without giving a reason, and goodbye.";

/** What the model is told about it, and what is written down. */
export const wrapUps: Readonly<Record<WrapUp, { instructions: string; reason: string }>> = {
  time: {
    instructions: "The time for this call is over. Say so in one short sentence, and goodbye.",
    reason: "the call ran out of time",
  },
  call: { instructions: withoutReason, reason: "the call has cost what it may" },
  hour: { instructions: withoutReason, reason: "the calls of this hour have cost what they may" },
  day: { instructions: withoutReason, reason: "the calls of this day have cost what they may" },
};
