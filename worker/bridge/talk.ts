import type { Absence } from "./absence.ts";
import { Attendance } from "./attendance.ts";
import type { Effect } from "./effects.ts";
import type { StreamEnd } from "./end.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";
import { Keys } from "./keys.ts";
import { Machine } from "./machine.ts";
import type { CallMemory, CallState } from "./memory.ts";
import { type LegEnd, Minutes, type Outlook } from "./minutes.ts";
import type { BridgeOptions } from "./options.ts";
import { SecondEar } from "./second-ear.ts";
import { StreamClock } from "./stream-clock.ts";
import { type TalkParts, talkParts } from "./talk-parts.ts";
import type { TimerName } from "./timers.ts";
import { ToolTalk } from "./tool-talk.ts";
import type { Line, TranscriptEntry } from "./transcript.ts";

type EventOf<Type extends BridgeEvent["type"]> = Extract<BridgeEvent, { type: Type }>;

/** What a conversation needs of the call that it is part of. */
type Call = {
  nextCommandId: () => string;
  leave: (end: StreamEnd, nowMs: number) => Effect[];
  /** The model is there, and of no use. */
  modelFails: (reason: string, nowMs: number) => Effect[];
};

const nothing: Effect[] = [];
const silenceDb = -100;
/** More than this is not sent ahead: four minutes, or 2.6 MB. */
const mostQueuedMs = 240_000;

/** What is said between caller and model: turns, keys, tools, silence and goodbye. */
export class Talk {
  readonly #call: Call;
  readonly #minutes: Minutes;
  readonly #parts: TalkParts;
  readonly #toolTalk: ToolTalk;
  readonly #machine: Machine;
  readonly #keys: Keys;
  /** Who is there, and what it takes when they come and go. */
  readonly attendance: Attendance;
  /** Where nobody is watched, nobody is doubted. */
  readonly #secondEar: SecondEar | undefined;
  #streamClock = new StreamClock();
  /** Responses of which no more is taken. */
  readonly #full = new Set<string>();

  /** `memory`: what is known of a talk that another object has begun. */
  constructor(options: BridgeOptions, call: Call, memory?: CallMemory) {
    this.#call = call;
    const { nextCommandId } = call;
    const given = { options, ...call };
    this.#minutes = new Minutes(options.turnSilenceMs ?? 0, memory);
    this.#parts = talkParts(options.turns ?? "server-vad", { ...given, sessionCount: 0 });
    this.#secondEar = options.watch && new SecondEar(this.#parts, options.turnSilenceMs);
    this.#keys = new Keys(this.#parts, nextCommandId);
    this.#machine = new Machine(options.machine ?? { do: "hang-up" }, this.#parts, memory?.isMachineListening);
    this.#toolTalk = new ToolTalk(options.fillers ?? {}, Object.assign(this.#parts, { machine: this.#machine }));
    const talking = { parts: this.#parts, keys: this.#keys, machine: this.#machine, minutes: this.#minutes };
    const [take, outlook] = [this.#take.bind(this), this.#outlook.bind(this)];
    this.attendance = new Attendance(given, { ...talking, take, outlook }, memory);
  }

  streamStarted(nowMs: number): Effect[] {
    this.#streamClock = new StreamClock();
    return this.attendance.streamStarted(nowMs);
  }

  streamReturned(absence: Absence, nowMs: number): Effect[] {
    this.#streamClock = new StreamClock();
    return this.attendance.streamReturned(absence, nowMs);
  }

  /** The phone company says who answered. */
  answeredBy(who: "person" | "machine" | "fax" | "unknown", nowMs: number): Effect[] {
    this.#machine.reported(who);
    return this.#machine.meet(this.attendance.isTalking, nowMs);
  }

  /** Whether nobody listens who could be spoken to. */
  get isMachineListening(): boolean {
    return this.#machine.isListening;
  }

  /** Whether the caller speaks, and the model seems not to hear, or waits for it in silence. */
  isModelMissed(nowMs: number): boolean {
    return this.attendance.isTalking && (this.#secondEar?.isModelMissed(nowMs) ?? false);
  }

  /** How much of what was said is still to be heard. */
  queuedMs(nowMs: number): number {
    return this.#parts.playback.queuedMs(nowMs);
  }

  /** Takes everything that is not about the legs' own life. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    return this.#parts.turns.perceive(event, nowMs).flatMap((perceived) => this.#take(perceived, nowMs));
  }

  #take(event: BridgeEvent, nowMs: number): Effect[] {
    if (this.attendance.keepsForCaller(event)) return nothing;
    const outlook = this.#outlook(nowMs);
    const begun = isProgress(event) ? this.#parts.responses.progressed(event.responseId) : nothing;
    const effects = begun.concat(this.#decide(event, nowMs));
    this.attendance.notice(effects);
    return [...effects, ...this.#minutes.take(event, effects, outlook, nowMs)];
  }

  /** The model leg says something after the call has ended. */
  modelLeft(event: LegEnd): Effect[] {
    return this.#minutes.modelLeft(event);
  }

  /** The call is over: what it came to. */
  close(nowMs: number): Effect[] {
    this.#minutes.take({ type: "stream.stopped" }, this.#parts.turns.settle(), this.#outlook(nowMs), nowMs);
    return this.#minutes.close();
  }

  /** The conversation as it was heard so far. */
  get transcript(): TranscriptEntry[] {
    return this.#minutes.transcript;
  }
  /** All that was said, in its order. */
  get lines(): readonly Line[] {
    return this.#minutes.lines;
  }

  /** The lines that have changed since this was last asked. */
  takeChangedLines(nowMs: number): Line[] {
    return this.#minutes.takeChangedLines(this.#parts.playback.playing(nowMs));
  }

  /** What of an item the caller did not hear. */
  unheardOf(itemId: string): string {
    return this.#minutes.unheardOf(itemId);
  }

  stateAt(nowMs: number): Omit<CallState, "startedAtMs" | "absence" | "toldUsd" | "modelUsd"> {
    return { isMachineListening: this.isMachineListening, ...this.attendance.stateAt(nowMs), ...this.#minutes.bill };
  }

  #outlook(nowMs: number): Outlook {
    return { queuedMs: this.queuedMs(nowMs), roundTripMs: this.#parts.playback.roundTripMs };
  }

  #decide(event: BridgeEvent, nowMs: number): Effect[] {
    switch (event.type) {
      case "caller.audio":
        return this.#callerAudio(event, nowMs);
      case "caller.dtmf":
        return this.#keys.pressed(event.digit, this.attendance.isModelReady, nowMs);
      case "playback.marked":
        return this.#marked(event.name, nowMs);
      case "model.response-started":
        return this.#responseStarted(event.responseId);
      case "model.audio":
        return this.#modelAudio(event, nowMs);
      case "model.audio-ended":
        return this.#modelAudioEnded(event);
      case "model.response-ended":
        return this.#responseEnded(event, nowMs);
      case "model.tool-called":
        this.attendance.turnTaken();
        return this.#toolTalk.called(event, nowMs);
      case "model.tool-output-taken":
        this.#parts.tools.taken(event.toolCallId);
        return nothing;
      case "tool.finished":
        return [...this.#keys.toolFinished(event.toolCallId, nowMs), ...this.#toolTalk.finished(event, nowMs)];
      case "keys.wanted":
        return this.#keys.wanted(event, this.attendance.isCallerThere, nowMs);
      case "model.speech-started":
        return this.#speechStarted(event.itemId, nowMs);
      case "model.speech-stopped":
        return this.#machine.isListening ? this.#parts.turns.speechStopped() : this.#parts.callerTurn.stopped(nowMs);
      case "model.command-refused":
        return this.#refused(event, nowMs);
      case "timer.fired":
        return this.#timerFired(event.timer, nowMs);
      case "spending.stopped":
        return this.#parts.leaving.wrapUp(event.limit, nowMs);
      default:
        return nothing;
    }
  }

  #speechStarted(itemId: string, nowMs: number): Effect[] {
    if (this.#machine.isListening) return nothing;
    this.attendance.turnBegan(itemId);
    return this.#parts.callerTurn.started(itemId, nowMs);
  }

  #callerAudio(frame: EventOf<"caller.audio">, nowMs: number): Effect[] {
    const { durationMs, timestampMs } = frame;
    const { turns, playback, callerTurn } = this.#parts;
    this.#streamClock.frame(timestampMs, nowMs);
    const probe = playback.probeWhileSilent(nowMs);
    const effects: Effect[] = probe === undefined ? [] : [{ type: "caller.mark", name: probe }];
    if (this.#keys.isPrivate(nowMs) || this.#machine.isListening)
      return [...effects, ...turns.callerAudio({ payload: undefined, durationMs, levelDb: silenceDb }, nowMs)];
    this.attendance.keep(frame);
    this.#secondEar?.hear(frame);
    if (this.#secondEar?.isCallerUnnoticed(nowMs)) this.attendance.keepAll();
    if (this.attendance.isModelReady) effects.push(...turns.callerAudio(frame, nowMs));
    return [...effects, ...callerTurn.audio(frame, nowMs), ...(this.#secondEar?.endTurn(nowMs) ?? nothing)];
  }

  #marked(name: string, nowMs: number): Effect[] {
    const { playback, turns, leaving } = this.#parts;
    const echo = playback.marked(name, nowMs, this.#streamClock.arrivalMs(nowMs), this.#streamClock.newestMs);
    if (echo === undefined) return nothing;
    if ("cuts" in echo) return turns.settle(echo.cuts);
    const { itemId, audioMs } = echo.heard;
    return [journal({ kind: "playback.heard", itemId, audioMs: Math.round(audioMs) }), ...leaving.leaveIfHeard(nowMs)];
  }

  #responseStarted(responseId: string): Effect[] {
    const effects = this.#parts.responses.started(responseId, this.#parts.tools.areOutputsTaken);
    if (effects.some(({ type }) => type === "model.cancel-response")) this.#parts.turns.discard(responseId);
    return [...effects, journal({ kind: "response.started", responseId })];
  }

  #modelAudio(event: EventOf<"model.audio">, nowMs: number): Effect[] {
    if (this.queuedMs(nowMs) > mostQueuedMs) return this.#overflow(event);
    const effects = this.#parts.turns.modelAudio(event, nowMs);
    if (effects.some(({ type }) => type === "caller.play")) {
      this.#parts.callerTurn.agentAudio(event, nowMs);
      this.attendance.agentSpeaks(event.responseId);
    }
    this.#toolTalk.agentSpeaks(event.responseId);
    this.#parts.leaving.heard(nowMs + this.#parts.playback.queuedMs(nowMs));
    return effects;
  }

  #modelAudioEnded({ responseId, itemId }: EventOf<"model.audio-ended">): Effect[] {
    const ended = this.#parts.turns.modelAudioEnded(responseId, itemId);
    return ended.length === 0 ? nothing : [...ended, ...this.#parts.responses.fellSilent(responseId)];
  }

  /** Nobody listens to as much; and the phone company, or the way to it, would have to keep it (cloudflare.md 8). */
  #overflow(event: EventOf<"model.audio">): Effect[] {
    const { turns, responses } = this.#parts;
    const cancelled = responses.activeId === event.responseId && !this.#full.has(event.responseId);
    if (!this.#full.has(event.responseId)) turns.overflows(event.responseId);
    this.#full.add(event.responseId);
    const more = turns.modelAudio(event, Number.NaN);
    return cancelled ? [...responses.cancel(), journal({ kind: "playback.full" }), ...more] : more;
  }

  #responseEnded({ responseId, outcome }: EventOf<"model.response-ended">, nowMs: number): Effect[] {
    const next = this.#parts.responses.ended(responseId, outcome, !this.#parts.tools.has(responseId));
    const owed = this.#toolTalk.responseEnded(responseId);
    const entry = journal({ kind: "response.ended", responseId, outcome });
    return [entry, ...this.#unlessGivenUp([...next, ...owed], nowMs)];
  }

  #refused({ commandId, refusal, message }: EventOf<"model.command-refused">, nowMs: number): Effect[] {
    this.#parts.tools.refused(commandId);
    const next = this.#parts.responses.refused(commandId, refusal);
    return [journal({ kind: "command.refused", commandId, message }), ...this.#unlessGivenUp(next, nowMs)];
  }

  #timerFired(timer: TimerName, nowMs: number): Effect[] {
    switch (timer) {
      case "caller-gap":
        return this.#parts.turns.callerGap(nowMs);
      case "keypad":
        return this.attendance.isModelReady ? this.#keys.entered() : nothing;
      case "private-keys":
        return this.#keys.privateEnded(nowMs);
      case "turn-unanswered":
        return this.#parts.responses.turnUnanswered();
      case "response-watch":
        return this.#unlessGivenUp(this.#parts.responses.watched(), nowMs);
      case "tool-filler":
        return this.attendance.isTalking ? this.#toolTalk.fill(nowMs) : nothing;
      case "silence":
        // Begun anew when both are back.
        return this.attendance.isTalking ? this.#parts.leaving.judgeSilence(nowMs) : nothing;
      case "max-duration":
        return this.#parts.leaving.wrapUp("time", nowMs);
      case "goodbye":
        return this.#parts.leaving.goodbyeDue(nowMs);
      default:
        return nothing;
    }
  }

  /** Goes on, unless the model fails at every try: nobody would be heard any more. */
  #unlessGivenUp(effects: Effect[], nowMs: number): Effect[] {
    if (this.#parts.responses.hasGivenUp) return this.#call.modelFails("the model's responses fail", nowMs);
    return [...effects, ...this.#parts.leaving.leaveIfHeard(nowMs)];
  }
}

const isProgress = (event: BridgeEvent): event is EventOf<"model.audio" | "model.tool-called"> =>
  event.type === "model.audio" || event.type === "model.tool-called";
