import {
  type Absence,
  arrival,
  departure,
  followOf,
  isAbsence,
  keysSent,
  modelLost,
  returnExpected,
  verdictDeadlineMs,
} from "./absence.ts";
import { afterTheEnd } from "./after-the-end.ts";
import { ArmedTimers } from "./armed-timers.ts";
import { type CarrierReport, finalStatusIn } from "./carrier-report.ts";
import type { Effect } from "./effects.ts";
import type { End, StreamEnd, TransferOutcome } from "./end.ts";
import type { BridgeEvent, TurnPolicyName } from "./events.ts";
import { journal } from "./journal.ts";
import type { BridgeOptions } from "./options.ts";
import { type Phase, isPuttingThrough } from "./phase.ts";
import { isLegEnd } from "./minutes.ts";
import { Spending } from "./spending.ts";
import { Talk } from "./talk.ts";
import type { TranscriptEntry } from "./transcript.ts";
import type { TimerName } from "./timers.ts";

/** With the stream's close and the sentence after it, the caller hears something within five seconds. */
const modelDeadlineMs = 4_000;
/** A caller who hears a greeting first is on the stream by then; one who has hung up meanwhile never is. */
const preparedForMs = 30_000;

const noModel = "the model is gone, and nobody took the call";
const nothing: Effect[] = [];
const setTimer = (timer: TimerName, afterMs: number): Effect => ({ type: "timer.set", timer, afterMs });

/**
 * One call, from its stream's start to its end: takes what happens, decides, and gives back what to do, in order.
 * It reads no clock and holds no socket; the same events at the same times give the same effects. This is the life
 * of the two legs; what is said meanwhile is `Talk`.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #talk: Talk;
  readonly #spending: Spending;
  readonly #timers = new ArmedTimers();
  #phase: Phase = { name: "waiting" };
  #commandCount = 0;
  #lastFrameAtMs = 0;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#talk = new Talk(options, {
      nextCommandId: () => this.#nextCommandId(),
      leave: (end, nowMs) => this.#leave(end, nowMs),
      fallBack: (reason, nowMs) => this.#fallBack(reason, nowMs),
    });
    const tooDear: BridgeEvent = { type: "spending.stopped", limit: "call" };
    this.#spending = new Spending(options.spending, (nowMs) => this.#talk.handle(tooDear, nowMs));
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

  /** The conversation as it was heard so far. */
  get transcript(): TranscriptEntry[] {
    return this.#talk.transcript;
  }

  /** Takes one event, `nowMs` on any steadily rising clock; gives the orders that follow from it. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    if (event.type === "timer.fired") this.#timers.fired(event.timer);
    if (this.#phase.name === "ended") {
      const billed = isLegEnd(event) ? this.#talk.modelLeft(event) : nothing;
      const orders = [...afterTheEnd(event, this.#timers.has("verdict")), ...billed];
      return this.#timers.watch(this.#spending.take(event, orders, nowMs));
    }
    const effects = this.#timers.watch(this.#spending.take(event, this.#decide(event, nowMs), nowMs));
    // After a hang-up of ours there is still the question whether it was noticed.
    return this.end === undefined ? effects : [...effects, ...this.#timers.watch(this.#timers.disarmAllBut("verdict"))];
  }

  #decide(event: BridgeEvent, nowMs: number): Effect[] {
    switch (event.type) {
      case "call.prepared":
        return this.#prepare(event.said, nowMs);
      case "stream.started":
        return this.#start(event.said, nowMs);
      case "stream.stopped":
        return this.#finish({ verdict: "hang-up", reason: "the call ended" }, nowMs, false);
      case "stream.closed":
        return this.#streamLost(`stream closed ${event.code} ${event.reason}`.trimEnd(), nowMs);
      case "model.opened":
        return this.#configure(event.turns);
      case "model.ready":
        return this.#ready(nowMs);
      case "model.failed":
        return [...this.#fallBack(`model failed: ${event.reason}`, nowMs), ...this.#talk.modelLeft(event)];
      case "model.closed":
        return [...this.#fallBack(`model closed ${event.code} ${event.reason}`, nowMs), ...this.#talk.modelLeft(event)];
      case "model.command-refused":
        if ("configureId" in this.#phase && this.#phase.configureId === event.commandId)
          return this.#fallBack(`model refused its configuration: ${event.message}`, nowMs);
        return this.#talk.handle(event, nowMs);
      case "shell.failed":
        return this.#fallBack("our own fault", nowMs);
      case "timer.fired":
        if (event.timer === "model-deadline") return this.#fallBack("the model was not ready in time", nowMs);
        if (event.timer === "prepared-unused") return this.#fallBack("no stream came", nowMs);
        if (event.timer === "away") return this.#neverBack(nowMs);
        if (event.timer === "verdict") return [{ type: "call.redirect" }];
        return this.#talk.handle(event, nowMs);
      case "caller.audio":
        this.#lastFrameAtMs = nowMs;
        return this.#talk.handle(event, nowMs);
      case "carrier.reported":
        return this.#takeReport(event.report, nowMs);
      case "verdict.asked":
        return this.#verdictAsked(nowMs);
      case "transfer.ended":
        return this.#transferEnded(event.outcome, nowMs);
      case "keys.sent":
        return this.#phase.name === "away" ? keysSent(this.#phase.absence) : nothing;
      default:
        return this.#talk.handle(event, nowMs);
    }
  }

  /** Opens the model before the stream: `said` is what the phone company tells the caller meanwhile. */
  #prepare(said: string | undefined, nowMs: number): Effect[] {
    if (this.#phase.name !== "waiting") return nothing;
    this.#phase = { name: "preparing", preparedAtMs: nowMs, isModelReady: false };
    return [
      { type: "model.open" },
      setTimer("prepared-unused", preparedForMs),
      ...this.#talk.alreadySaid(said),
      journal({ kind: "call.prepared" }),
    ];
  }

  #start(said: string | undefined, nowMs: number): Effect[] {
    const before = this.#phase;
    if (before.name === "away") return this.#comeBack(before, nowMs);
    if (before.name === "talking") return this.#takeOver(before, nowMs);
    if (before.name !== "waiting" && before.name !== "preparing") return nothing;
    const { maxDurationMs } = this.#options;
    const isModelReady = before.name === "preparing" && before.isModelReady;
    this.#phase = isModelReady
      ? { name: "talking", startedAtMs: nowMs }
      : { ...before, name: "connecting", startedAtMs: nowMs };
    this.#lastFrameAtMs = nowMs;
    return [
      ...(before.name === "waiting" ? [{ type: "model.open" } as const] : nothing),
      ...(before.name === "preparing" ? [{ type: "timer.clear", timer: "prepared-unused" } as const] : nothing),
      ...(isModelReady ? nothing : [setTimer("model-deadline", modelDeadlineMs)]),
      ...this.#talk.alreadySaid(said),
      ...this.#talk.streamStarted(nowMs),
      ...(maxDurationMs === undefined ? nothing : [setTimer("max-duration", maxDurationMs)]),
      journal({ kind: "call.started" }),
    ];
  }

  /** The stream is lost. While there is a conversation there is something to come back to. */
  #streamLost(reason: string, nowMs: number): Effect[] {
    if (this.#phase.name !== "talking") return this.#fallBack(reason, nowMs);
    return this.#leave({ verdict: "resume", reason }, nowMs);
  }

  /** The stream ends by our doing: for good, or until the caller comes back on another one. */
  #leave(end: StreamEnd, nowMs: number): Effect[] {
    if (!isAbsence(end)) return this.#finish(end, nowMs);
    if (this.#phase.name !== "talking") return nothing;
    const absence: Absence = { end, sinceMs: nowMs };
    this.#phase = { name: "away", startedAtMs: this.#phase.startedAtMs, absence };
    return [...this.#talk.streamLost(nowMs), ...departure(absence)];
  }

  /** The caller is back; or on another stream, while the old one was still thought to be there. */
  #comeBack({ startedAtMs, absence }: Phase & { name: "away" }, nowMs: number): Effect[] {
    if (absence.isModelGone) return this.#finish({ verdict: "fallback", reason: noModel }, nowMs, false);
    this.#phase = { name: "talking", startedAtMs };
    this.#lastFrameAtMs = nowMs;
    const { end, outcome } = absence;
    return [
      ...arrival(absence, nowMs),
      ...this.#timers.disarm("verdict"),
      ...this.#talk.streamReturned(end, outcome, nowMs),
    ];
  }

  /** Another stream, while this one was still thought to be there: it was not. */
  #takeOver({ startedAtMs }: { startedAtMs: number }, nowMs: number): Effect[] {
    const end = { verdict: "resume", reason: "another stream took over" } as const;
    const lost = this.#talk.streamLost(nowMs);
    return [...lost, ...this.#comeBack({ name: "away", startedAtMs, absence: { end, sinceMs: nowMs } }, nowMs)];
  }

  /** Somebody has taken the call over, or the caller comes back. */
  #transferEnded(outcome: TransferOutcome, nowMs: number): Effect[] {
    if (!isPuttingThrough(this.#phase)) return nothing;
    const entry = journal({ kind: "transfer.ended", outcome });
    if (outcome === "taken")
      return [entry, ...this.#finish({ verdict: "hang-up", say: "", reason: "somebody took the call" }, nowMs, false)];
    if (this.#phase.absence.isModelGone)
      return [entry, ...this.#finish({ verdict: "fallback", reason: noModel }, nowMs, false)];
    this.#phase.absence.outcome = outcome;
    return [entry, returnExpected(), ...this.#timers.disarm("verdict")];
  }

  /** Whoever asks what follows the stream knows that it has ended, though its socket may not (twilio.md 1.8). */
  #verdictAsked(nowMs: number): Effect[] {
    const isStreamThoughtAlive = this.#phase.name === "talking" || this.#phase.name === "connecting";
    if (isStreamThoughtAlive) return this.#streamLost("it is asked what follows the stream", nowMs);
    return this.#timers.disarm("verdict");
  }

  /** Nobody came back: the model is let go. Whoever talks with somebody else by now goes on doing so. */
  #neverBack(nowMs: number): Effect[] {
    if (!isPuttingThrough(this.#phase)) return this.#fallBack("the caller did not come back", nowMs);
    return this.#finish({ verdict: "hang-up", say: "", reason: "the call was transferred" }, nowMs, false);
  }

  #configure(turns: TurnPolicyName | undefined): Effect[] {
    if (this.#phase.name !== "connecting" && this.#phase.name !== "preparing") return nothing;
    this.#talk.modelOpened(turns);
    const commandId = this.#nextCommandId();
    this.#phase.configureId = commandId;
    return [{ type: "model.configure", commandId }];
  }

  #ready(nowMs: number): Effect[] {
    const before = this.#phase;
    if (before.name === "preparing") before.isModelReady = true;
    else if (before.name === "connecting") this.#phase = { name: "talking", startedAtMs: before.startedAtMs };
    else return nothing;
    const sinceMs = before.name === "preparing" ? before.preparedAtMs : before.startedAtMs;
    return [
      { type: "timer.clear", timer: "model-deadline" },
      ...this.#talk.modelReady(nowMs),
      journal({ kind: "model.ready", afterMs: Math.round(nowMs - sinceMs) }),
    ];
  }

  #fallBack(reason: string, nowMs: number): Effect[] {
    if (this.#phase.name === "preparing") return this.#release(reason);
    if (isPuttingThrough(this.#phase)) return modelLost(this.#phase.absence, reason);
    // To a machine nobody is put through, and nothing is said that was not settled.
    if (this.#talk.isMachineListening) return this.#finish({ verdict: "hang-up", say: "", reason }, nowMs, false);
    return this.#finish({ verdict: "fallback", reason: reason.trimEnd() }, nowMs, false);
  }

  /** Nobody came, or the model could not be had: a stream that comes yet finds everything as if nothing had been. */
  #release(reason: string): Effect[] {
    this.#phase = { name: "ended", end: { verdict: "fallback", reason } };
    return [{ type: "model.close" }, { type: "tool.abort-all" }, journal({ kind: "call.released", reason })];
  }

  /** Most of what the phone company reports is for the record; who answered, and that the call is over, is for us. */
  #takeReport(report: CarrierReport, nowMs: number): Effect[] {
    const entry = journal({ kind: "carrier.reported", ...report });
    const status = finalStatusIn(report);
    if (report.about === "answerer") return [entry, ...this.#talk.answeredBy(report.who, nowMs)];
    if (status === undefined) return [entry];
    const reason = `the call is over: ${status}`;
    if (!("startedAtMs" in this.#phase)) return [entry, ...this.#release(reason)];
    return [entry, ...this.#finish({ verdict: "hang-up", reason }, nowMs, false)];
  }

  /** Both legs end, once. */
  #finish(end: End, nowMs: number, wasHungUpByUs = true): Effect[] {
    const startedAtMs = "startedAtMs" in this.#phase ? this.#phase.startedAtMs : nowMs;
    const { verdict, reason } = end;
    this.#phase = { name: "ended", end };
    return [
      { type: "stream.close", verdict, reason },
      { type: "model.close" },
      { type: "tool.abort-all" },
      ...(wasHungUpByUs ? [setTimer("verdict", verdictDeadlineMs)] : this.#timers.disarm("verdict")),
      ...this.#talk.close(nowMs),
      journal({ kind: "call.ended", verdict, reason, durationMs: Math.round(nowMs - startedAtMs) }),
    ];
  }

  #nextCommandId(): string {
    this.#commandCount += 1;
    return `c${this.#commandCount}`;
  }
}
