import type { Effect } from "./effects.ts";
import { type End, type StreamEnd, type TransferOutcome, isEnd } from "./end.ts";
import { journal } from "./journal.ts";

/** A caller who is off the stream, and is to come back on another one: why, and what came of a transfer. */
export type Absence = {
  end: Exclude<StreamEnd, End>;
  sinceMs: number;
  /** What came of the transfer. */
  outcome?: TransferOutcome;
  /** The keys have sounded: they are not pressed a second time. */
  areKeysSent?: boolean;
};

/** The phone company asks at once what follows a stream; after this long it will not. */
export const verdictDeadlineMs = 3_000;
/** How long the model is kept for a caller who should be back at once. */
const keptForMs = 15_000;
/** How long it is kept for one who was put through: it rings for a minute, is announced for half, thought about, declined. */
const transferMs = 180_000;
/** How long one key sounds, or a pause between two lasts. */
const keyMs = 1_000;

/** A stream that is gone without a word: the call is most likely over. */
const silentGoneMs = 4_000;

/** Whether somebody comes back after such an end. */
export const isAbsence = (end: StreamEnd): end is Absence["end"] => !isEnd(end);

/** What should follow the stream by now: nobody took the call, or the keys have sounded, and the caller comes back. */
export function followOf(absence: Absence): Absence["end"] {
  const { end, outcome, areKeysSent } = absence;
  if (outcome !== undefined) return { verdict: "resume", reason: "nobody took the call" };
  if (areKeysSent) return { verdict: "resume", reason: "the keys were pressed" };
  return end.verdict === "send-digits" ? { ...end, round: roundOf(absence) } : end;
}

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

/** Nobody took the call, or the keys have sounded: the caller should be back at once. */
export const returnExpected = (): Effect => ({ type: "timer.set", timer: "away", afterMs: keptForMs });

/** How long the caller may be away with such an end, before nobody is expected any more. */
export function absenceMs(end: Absence["end"]): number {
  if (end.verdict === "transfer") return transferMs;
  if (end.verdict === "resume" && end.isUnlikely) return silentGoneMs;
  return end.verdict === "send-digits" ? keptForMs + end.digits.length * keyMs : keptForMs;
}

/** The caller is back. */
export const arrival = ({ sinceMs, end }: Absence, nowMs: number): Effect[] => [
  { type: "timer.clear", timer: "away" },
  journal({ kind: "caller.back", afterMs: Math.round(nowMs - sinceMs), wasLost: end.verdict === "resume" }),
];

/** Which keys they are: those for which the caller has left at this time. */
const roundOf = ({ sinceMs }: Absence): number => Math.round(sinceMs);

/** The keys for the far end have sounded, unless it was those of another time. */
export function keysSent(absence: Absence, round = roundOf(absence)): Effect[] {
  if (absence.end.verdict !== "send-digits" || round !== roundOf(absence)) return [];
  absence.areKeysSent = true;
  return [returnExpected()];
}
