import type { Effect } from "./effects.ts";
import { type End, type StreamEnd, type TransferOutcome, isEnd } from "./end.ts";
import { journal } from "./journal.ts";

/** A caller who is off the stream, and is to come back on another one: why, and what came of a transfer. */
export type Absence = { end: Exclude<StreamEnd, End>; sinceMs: number; outcome?: TransferOutcome };

/** The phone company asks at once what follows a stream; after this long it will not. */
export const verdictDeadlineMs = 3_000;
/** How long the model is kept for a caller who should be back at once. */
const keptForMs = 15_000;
/** How long it is kept for one who was put through: a person may let it ring, think, and decline. */
const transferMs = 90_000;
/** How long one key sounds, or a pause between two lasts. */
const keyMs = 1_000;

/** Whether somebody comes back after such an end. */
export const isAbsence = (end: StreamEnd): end is Absence["end"] => !isEnd(end);

/** What should follow the stream by now: nobody took the call, and the caller comes back. */
export const followOf = ({ end, outcome }: Absence): StreamEnd =>
  outcome === undefined ? end : { verdict: "resume", reason: "nobody took the call" };

/** The caller leaves. That a lost stream is asked about cannot be brought about. */
export function departure({ end }: Absence): Effect[] {
  const { verdict, reason } = end;
  const asked: Effect = { type: "timer.set", timer: "verdict", afterMs: verdictDeadlineMs };
  return [
    { type: "stream.close", verdict, reason },
    { type: "timer.set", timer: "away", afterMs: absenceMs(end) },
    ...(verdict === "resume" ? [] : [asked]),
    journal({ kind: "caller.away", verdict, reason }),
  ];
}

/** Nobody took the call: the caller should be back at once. */
export const returnExpected = (): Effect => ({ type: "timer.set", timer: "away", afterMs: keptForMs });

function absenceMs(end: Absence["end"]): number {
  if (end.verdict === "transfer") return transferMs;
  return end.verdict === "send-digits" ? keptForMs + end.digits.length * keyMs : keptForMs;
}

/** The caller is back. */
export const arrival = ({ sinceMs }: Absence, nowMs: number): Effect[] => [
  { type: "timer.clear", timer: "away" },
  journal({ kind: "caller.back", afterMs: Math.round(nowMs - sinceMs) }),
];
