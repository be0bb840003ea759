import {
  type Absence,
  absenceMs,
  departure,
  followOf,
  isAbsence,
  keysSent,
  returnExpected,
  verdictDeadlineMs,
} from "./absence.ts";
import type { ArmedTimers } from "./armed-timers.ts";
import { type CarrierReport, finalStatusIn } from "./carrier-report.ts";
import type { Effect } from "./effects.ts";
import type { End, StreamEnd, TransferOutcome } from "./end.ts";
import { journal } from "./journal.ts";
import type { CallMemory, CallState } from "./memory.ts";
import type { ModelLoss, ModelSide } from "./model-side.ts";
import type { BridgeOptions } from "./options.ts";
import { type Phase, isPuttingThrough } from "./phase.ts";
import type { Talk } from "./talk.ts";
import type { TimerName } from "./timers.ts";

/** A caller who hears a greeting first is on the stream by then; one who has hung up meanwhile never is. */
const preparedForMs = 30_000;

const nothing: Effect[] = [];
const setTimer = (timer: TimerName, afterMs: number): Effect => ({ type: "timer.set", timer, afterMs });

type Parts = { options: BridgeOptions; talk: Talk; model: ModelSide; timers: ArmedTimers };

/** The life of a call: its caller comes, is lost or leaves, comes back; its model too; and once it ends. */
export class CallLife {
  readonly #options: BridgeOptions;
  readonly #talk: Talk;
  readonly #model: ModelSide;
  readonly #timers: ArmedTimers;
  #phase: Phase = { name: "waiting" };
  #streamSid: string | undefined;
  #lastFrameAtMs = 0;

  /** `memory`: the call has begun with another object, and its caller is expected back. */
  constructor({ options, talk, model, timers }: Parts, memory: CallMemory | undefined) {
    this.#options = options;
    this.#talk = talk;
    this.#model = model;
    this.#timers = timers;
    if (memory === undefined) return;
    const absence = memory.absence ?? { end: { verdict: "resume", reason: "another object goes on" }, sinceMs: 0 };
    this.#phase = { name: "away", startedAtMs: memory.startedAtMs, absence };
  }

  /** When the last frame of the caller came, or the stream started. */
  get lastFrameAtMs(): number {
    return this.#lastFrameAtMs;
  }

  /** How the call ended, once it has. */
  get end(): End | undefined {
    return this.#phase.name === "ended" ? this.#phase.end : undefined;
  }

  /** What should follow the stream, once it has ended. */
  get follow(): StreamEnd | undefined {
    if (this.#phase.name === "ended") return this.#phase.end;
    return this.#phase.name === "away" ? followOf(this.#phase.absence) : undefined;
  }

  /** What another object has to know of it; nothing while there is no call. */
  get state(): Pick<CallState, "startedAtMs" | "absence"> | undefined {
    if (!("startedAtMs" in this.#phase)) return undefined;
    const absence = this.#phase.name === "away" ? this.#phase.absence : undefined;
    return { startedAtMs: this.#phase.startedAtMs, absence };
  }

  /** A frame of the caller has come. */
  frameCame(nowMs: number): void {
    this.#lastFrameAtMs = nowMs;
  }

  /** Opens the model before the stream: `said` is what the phone company tells the caller meanwhile. */
  prepare(said: string | undefined, nowMs: number): Effect[] {
    if (this.#phase.name !== "waiting") return nothing;
    this.#phase = { name: "preparing" };
    return [
      ...this.#model.open(nowMs),
      setTimer("prepared-unused", preparedForMs),
      ...this.#talk.attendance.alreadySaid(said),
      journal({ kind: "call.prepared" }),
    ];
  }

  /** Another object's call goes on here: the caller should be back at once. */
  recalled(nowMs: number): Effect[] {
    if (this.#phase.name !== "away") return nothing;
    if (this.#talk.isMachineListening)
      return this.finish(
        { verdict: "hang-up", say: "", reason: "a machine listens, and is told nothing" },
        nowMs,
        false,
      );
    this.#phase.absence.sinceMs ||= nowMs;
    return [
      setTimer("away", absenceMs(followOf(this.#phase.absence))),
      ...this.#limit(nowMs - this.#phase.startedAtMs),
      journal({ kind: "call.recalled" }),
    ];
  }

  /** A stream is there: the first, or another one after it. */
  start({ said, streamSid }: { said?: string | undefined; streamSid?: string | undefined }, nowMs: number): Effect[] {
    this.#streamSid = streamSid;
    const before = this.#phase;
    if (before.name === "away") return this.#comeBack(before, nowMs);
    if (before.name === "talking") return this.#takeOver(before, nowMs);
    if (before.name === "ended") return nothing;
    this.#phase = { name: "talking", startedAtMs: nowMs };
    return [
      ...(before.name === "preparing" ? [{ type: "timer.clear", timer: "prepared-unused" } as const] : nothing),
      ...this.#callerIsThere(nowMs),
      ...this.#talk.attendance.alreadySaid(said),
      ...this.#talk.streamStarted(nowMs),
      ...this.#limit(0),
      journal({ kind: "call.started" }),
    ];
  }

  /** Whoever is on the line wants to talk with somebody. */
  #callerIsThere(nowMs: number): Effect[] {
    const { watch } = this.#options;
    this.#lastFrameAtMs = nowMs;
    return [...this.#model.wanted(nowMs), ...(watch === undefined ? nothing : [setTimer("frames", watch.framesMs)])];
  }

  /** The keys for the far end have sounded. */
  keysSent(round: number | undefined): Effect[] {
    return this.#phase.name === "away" ? keysSent(this.#phase.absence, round) : nothing;
  }

  #limit(passedMs: number): Effect[] {
    const { maxDurationMs } = this.#options;
    return maxDurationMs === undefined ? nothing : [setTimer("max-duration", Math.max(0, maxDurationMs - passedMs))];
  }

  /** A phone sends frames all the time: one that has stopped is gone, though its socket does not say so. */
  watchFrames(nowMs: number): Effect[] {
    const { watch } = this.#options;
    if (this.#phase.name !== "talking" || watch === undefined) return nothing;
    const leftMs = this.#lastFrameAtMs + watch.framesMs - nowMs;
    if (leftMs > 0) return [setTimer("frames", leftMs)];
    return this.leave({ verdict: "resume", reason: "the phone sends nothing", isUnlikely: true }, nowMs);
  }

  /** The stream is lost. While there is a conversation there is something to come back to. */
  streamLost(reason: string, nowMs: number): Effect[] {
    if (this.#phase.name !== "talking") return this.fallBack(reason, nowMs);
    return this.leave({ verdict: "resume", reason }, nowMs);
  }

  /** The stream ends by our doing: for good, or until the caller comes back on another one. */
  leave(end: StreamEnd, nowMs: number): Effect[] {
    if (!isAbsence(end)) return this.finish(end, nowMs);
    if (this.#phase.name !== "talking") return nothing;
    const absence: Absence = { end, sinceMs: nowMs };
    this.#phase = { name: "away", startedAtMs: this.#phase.startedAtMs, absence };
    return [...this.#talk.attendance.streamLost(end, nowMs), ...departure(absence)];
  }

  /** The caller is back; or on another stream, while the old one was still thought to be there. */
  #comeBack({ startedAtMs, absence }: Phase & { name: "away" }, nowMs: number): Effect[] {
    this.#phase = { name: "talking", startedAtMs };
    return [
      ...this.#timers.disarm("verdict"),
      ...this.#callerIsThere(nowMs),
      ...this.#talk.streamReturned(absence, nowMs),
    ];
  }

  /** Another stream, while this one was still thought to be there: it was not. */
  #takeOver({ startedAtMs }: { startedAtMs: number }, nowMs: number): Effect[] {
    const end = { verdict: "resume", reason: "another stream took over" } as const;
    const lost = this.#talk.attendance.streamLost(end, nowMs);
    return [...lost, ...this.#comeBack({ name: "away", startedAtMs, absence: { end, sinceMs: nowMs } }, nowMs)];
  }

  /** Somebody has taken the call over, or the caller comes back. */
  transferEnded(outcome: TransferOutcome, nowMs: number): Effect[] {
    if (!isPuttingThrough(this.#phase)) return nothing;
    const entry = journal({ kind: "transfer.ended", outcome });
    if (outcome === "taken")
      return [entry, ...this.finish({ verdict: "hang-up", say: "", reason: "somebody took the call" }, nowMs, false)];
    this.#phase.absence.outcome = outcome;
    return [entry, returnExpected(), ...this.#timers.disarm("verdict")];
  }

  /** Whoever asks what follows the stream knows that it has ended, though its socket may not (twilio.md 1.8). */
  verdictAsked(nowMs: number): Effect[] {
    if (this.#phase.name === "talking") return this.streamLost("it is asked what follows the stream", nowMs);
    return this.#timers.disarm("verdict");
  }

  /** Nobody came back: the model is let go. Whoever talks with somebody else by now goes on doing so. */
  neverBack(nowMs: number): Effect[] {
    if (!isPuttingThrough(this.#phase)) return this.fallBack("the caller did not come back", nowMs);
    return this.finish({ verdict: "hang-up", say: "", reason: "the call was transferred" }, nowMs, false);
  }

  /** The model is gone. While there is a conversation another session goes on with it, if one can be had. */
  modelLost(loss: ModelLoss, nowMs: number): Effect[] {
    if (!this.#model.isThere) return nothing;
    if (this.#phase.name === "preparing" || isPuttingThrough(this.#phase)) return this.#model.gone(loss.reason, nowMs);
    if (!this.#model.hasBeenReady || this.#talk.isMachineListening) return this.fallBack(loss.reason, nowMs);
    const { effects, isHopeless } = this.#model.lost(loss, nowMs);
    if (this.#phase.name !== "talking") return effects;
    return [...effects, ...(isHopeless ? this.fallBack(loss.reason, nowMs) : this.#model.awaited())];
  }

  /** It is time to look whether the model is still there. */
  watchModel(nowMs: number): Effect[] {
    const watched = this.#model.watched(nowMs);
    return watched === "stalled" ? this.modelLost({ reason: "the model says nothing" }, nowMs) : watched;
  }

  /** The model is away for longer than a breath: the caller hears a sentence of the phone company, and comes back. */
  moment(nowMs: number): Effect[] {
    if (this.#phase.name !== "talking" || this.#model.isReady) return nothing;
    const queuedMs = this.#talk.queuedMs(nowMs);
    if (queuedMs > 0) return [setTimer("model-moment", queuedMs)];
    const left = this.leave({ verdict: "resume", isToWait: true, reason: "the model is away" }, nowMs);
    return [...this.#model.unawaited(), ...left];
  }

  /** Nothing more can be said here: what can be done without us is done. */
  fallBack(reason: string, nowMs: number): Effect[] {
    if (this.#phase.name === "preparing") return this.#release(reason);
    // To a machine nobody is put through, and nothing is said that was not settled.
    if (this.#talk.isMachineListening) return this.finish({ verdict: "hang-up", say: "", reason }, nowMs, false);
    return this.finish({ verdict: "fallback", reason: reason.trimEnd() }, nowMs, false);
  }

  /** Nobody came, or the model could not be had: a stream that comes yet finds everything as if nothing had been. */
  #release(reason: string): Effect[] {
    this.#phase = { name: "ended", end: { verdict: "fallback", reason } };
    return [...this.#model.close(), { type: "tool.abort-all" }, journal({ kind: "call.released", reason })];
  }

  /** Most of what the phone company reports is for the record; who answered, and that the call is over, is for us. */
  takeReport(report: CarrierReport, nowMs: number): Effect[] {
    const entry = journal({ kind: "carrier.reported", ...report });
    const status = finalStatusIn(report);
    if (report.about === "answerer") return [entry, ...this.#talk.answeredBy(report.who, nowMs)];
    // Known long before the socket says so (twilio.md 1.8).
    if (report.about === "stream" && report.did === "fail" && report.streamSid === this.#streamSid)
      return [entry, ...(this.#phase.name === "talking" ? this.streamLost(report.error, nowMs) : nothing)];
    if (status === undefined) return [entry];
    const reason = `the call is over: ${status}`;
    if (!("startedAtMs" in this.#phase)) return [entry, ...this.#release(reason)];
    return [entry, ...this.finish({ verdict: "hang-up", reason }, nowMs, false)];
  }

  /** Both legs end, once. */
  finish(end: End, nowMs: number, wasHungUpByUs = true): Effect[] {
    const startedAtMs = "startedAtMs" in this.#phase ? this.#phase.startedAtMs : nowMs;
    this.#phase = { name: "ended", end };
    return [
      { type: "stream.close", verdict: end.verdict, reason: end.reason },
      ...this.#model.close(),
      { type: "tool.abort-all" },
      ...(wasHungUpByUs ? [setTimer("verdict", verdictDeadlineMs)] : this.#timers.disarm("verdict")),
      ...this.#talk.close(nowMs),
      journal({
        kind: "call.ended",
        verdict: end.verdict,
        reason: end.reason,
        durationMs: Math.round(nowMs - startedAtMs),
      }),
    ];
  }
}
