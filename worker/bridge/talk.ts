import { AlreadySaid } from "./already-said.ts";
import { CallerTurn } from "./caller-turn.ts";
import { EarlyAudio } from "./early-audio.ts";
import { EarlyReply, isHeard } from "./early-reply.ts";
import type { Effect } from "./effects.ts";
import type { StreamEnd, TransferOutcome } from "./end.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";
import { Keys } from "./keys.ts";
import { LeaveTaking } from "./leave-taking.ts";
import { Machine } from "./machine.ts";
import { Minutes } from "./minutes.ts";
import { type BridgeOptions, instructionsFor } from "./options.ts";
import { Playback } from "./playback.ts";
import { returnNote } from "./return-note.ts";
import { Responses } from "./responses.ts";
import { ServerVad } from "./server-vad.ts";
import { StreamClock } from "./stream-clock.ts";
import type { TimerName } from "./timers.ts";
import { ToolCalls } from "./tool-calls.ts";
import { ToolTalk } from "./tool-talk.ts";
import type { TranscriptEntry } from "./transcript.ts";

type EventOf<Type extends BridgeEvent["type"]> = Extract<BridgeEvent, { type: Type }>;

/** What a conversation needs of the call that it is part of. */
type Call = {
  nextCommandId: () => string;
  leave: (end: StreamEnd, nowMs: number) => Effect[];
  fallBack: (reason: string, nowMs: number) => Effect[];
};

const nothing: Effect[] = [];

/** What is said between caller and model: turns, keys, tools, silence and goodbye. */
export class Talk {
  readonly #options: BridgeOptions;
  readonly #call: Call;
  readonly #playback = new Playback();
  readonly #streamClock = new StreamClock();
  readonly #earlyAudio = new EarlyAudio();
  readonly #earlyReply = new EarlyReply();
  readonly #alreadySaid: AlreadySaid;
  readonly #responses: Responses;
  readonly #turns: ServerVad;
  readonly #callerTurn: CallerTurn;
  readonly #tools: ToolCalls;
  readonly #toolTalk: ToolTalk;
  readonly #minutes: Minutes;
  readonly #leaving: LeaveTaking;
  readonly #machine: Machine;
  readonly #keys: Keys;
  #isModelReady = false;
  #isCallerThere = false;
  /** Whether the last stream was lost while the agent was being heard. */
  #wasCutOff = false;

  constructor(options: BridgeOptions, call: Call) {
    this.#options = options;
    this.#call = call;
    const { nextCommandId } = call;
    const { interruption } = options;
    this.#alreadySaid = new AlreadySaid(nextCommandId);
    this.#responses = new Responses(nextCommandId, interruption === undefined);
    this.#turns = new ServerVad(this.#playback, nextCommandId);
    this.#tools = new ToolCalls(nextCommandId);
    this.#minutes = new Minutes(options.turnSilenceMs ?? 0);
    const said = { playback: this.#playback, responses: this.#responses, tools: this.#tools };
    this.#leaving = new LeaveTaking(options.silence, said, call.leave);
    const turn = { ...said, turns: this.#turns, leaving: this.#leaving };
    this.#callerTurn = new CallerTurn(interruption, turn, nextCommandId);
    const parts = { ...turn, callerTurn: this.#callerTurn };
    this.#keys = new Keys(parts, nextCommandId);
    this.#machine = new Machine(options.machine ?? { do: "hang-up" }, parts);
    this.#toolTalk = new ToolTalk(options.fillers ?? {}, { ...parts, machine: this.#machine });
  }

  /** The phone company speaks, or has spoken, these words in the agent's name. */
  alreadySaid(text: string | undefined): Effect[] {
    return this.#alreadySaid.said(text, this.#isModelReady);
  }

  /** The stream is there: how far away is the phone? What the model has said by now is heard at once. */
  streamStarted(nowMs: number): Effect[] {
    this.#isCallerThere = true;
    this.#playback.begin(nowMs);
    return [
      { type: "caller.mark", name: this.#playback.probe(nowMs) },
      ...this.#earlyReply.take().flatMap((event) => this.handle(event, nowMs)),
      ...(this.#isModelReady ? this.#leaving.begin(nowMs) : nothing),
      ...this.#machine.meet(this.#isTalking, nowMs),
    ];
  }

  /** The stream is gone: what it had not played was not heard, and what is said from now on waits for the next one. */
  streamLost(nowMs: number): Effect[] {
    const { queuedMs } = this.#outlook(nowMs);
    const effects = [
      ...this.#callerTurn.interruptAgent(nowMs),
      ...this.#turns.settle(),
      ...this.#responses.cancel(),
      ...this.#keys.privateEnded(nowMs),
    ];
    this.#isCallerThere = false;
    this.#wasCutOff = queuedMs > 0;
    return [...effects, ...this.#minutes.take({ type: "stream.stopped" }, effects, this.#outlook(nowMs), nowMs)];
  }

  /** The next stream is there, after one that ended so: the model is told what happened meanwhile. */
  streamReturned(end: StreamEnd, outcome: TransferOutcome | undefined, nowMs: number): Effect[] {
    const note = returnNote(end, outcome, this.#wasCutOff);
    const commandId = this.#call.nextCommandId();
    const told: Effect[] = note ? [{ type: "model.add-text", commandId, by: "nobody", text: note.text }] : nothing;
    return [...told, ...this.streamStarted(nowMs), ...(note?.isAnswerDue ? this.#responses.owe() : nothing)];
  }

  /** The phone company says who answered. */
  answeredBy(who: "person" | "machine" | "fax" | "unknown", nowMs: number): Effect[] {
    this.#machine.reported(who);
    return this.#machine.meet(this.#isTalking, nowMs);
  }

  get #isTalking(): boolean {
    return this.#isModelReady && this.#isCallerThere;
  }

  /** The model may hear the caller now: first what was said before, in order, then the greeting if there is one. */
  modelReady(nowMs: number): Effect[] {
    const { greeting } = this.#options;
    this.#isModelReady = true;
    const effects = [
      ...this.#alreadySaid.tell(),
      ...this.#earlyAudio.take().map((payload): Effect => ({ type: "model.append-audio", payload })),
      ...(greeting === undefined
        ? nothing
        : this.#responses.request({ instructions: instructionsFor.greeting(greeting) })),
      ...this.#keys.entered(),
      ...(this.#isCallerThere ? this.#leaving.begin(nowMs) : nothing),
      ...this.#machine.meet(this.#isTalking, nowMs),
    ];
    return [...effects, ...this.#minutes.take({ type: "model.ready" }, effects, this.#outlook(nowMs), nowMs)];
  }

  /** Takes everything that is not about the legs' own life. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    if (!this.#isCallerThere && isHeard(event)) {
      this.#earlyReply.keep(event);
      return nothing;
    }
    const outlook = this.#outlook(nowMs);
    const effects = this.#decide(event, nowMs);
    return [...effects, ...this.#minutes.take(event, effects, outlook, nowMs)];
  }

  /** The call is over: what it came to. */
  close(nowMs: number): Effect[] {
    this.#minutes.take({ type: "stream.stopped" }, this.#turns.settle(), this.#outlook(nowMs), nowMs);
    return this.#minutes.close();
  }

  /** The conversation as it was heard so far. */
  get transcript(): TranscriptEntry[] {
    return this.#minutes.transcript;
  }

  #outlook(nowMs: number) {
    return { queuedMs: this.#playback.queuedMs(nowMs), roundTripMs: this.#playback.roundTripMs };
  }

  #decide(event: BridgeEvent, nowMs: number): Effect[] {
    switch (event.type) {
      case "caller.audio":
        return this.#callerAudio(event, nowMs);
      case "caller.dtmf":
        return this.#keys.pressed(event.digit, this.#isModelReady, nowMs);
      case "playback.marked":
        return this.#marked(event.name, nowMs);
      case "model.response-started":
        return this.#responseStarted(event.responseId);
      case "model.audio":
        return this.#modelAudio(event, nowMs);
      case "model.audio-ended":
        return this.#turns.modelAudioEnded(event.responseId, event.itemId);
      case "model.response-ended":
        return this.#responseEnded(event, nowMs);
      case "model.tool-called":
        return this.#toolTalk.called(event, nowMs);
      case "model.tool-output-taken":
        this.#tools.taken(event.toolCallId);
        return nothing;
      case "tool.finished":
        return [...this.#keys.toolFinished(event.toolCallId, nowMs), ...this.#toolTalk.finished(event, nowMs)];
      case "keys.wanted":
        return this.#keys.wanted(event.toolCallId, event.request, nowMs);
      case "model.speech-started":
        return this.#machine.isListening ? nothing : this.#callerTurn.started(event.itemId, nowMs);
      case "model.speech-stopped":
        return this.#machine.isListening ? this.#turns.speechStopped() : this.#callerTurn.stopped(nowMs);
      case "model.command-refused":
        return this.#refused(event, nowMs);
      case "timer.fired":
        return this.#timerFired(event.timer, nowMs);
      default:
        return nothing;
    }
  }

  #callerAudio(frame: EventOf<"caller.audio">, nowMs: number): Effect[] {
    const { payload, durationMs, timestampMs } = frame;
    this.#streamClock.frame(timestampMs, nowMs);
    this.#turns.callerAudio(nowMs);
    const probe = this.#playback.probeWhileSilent(nowMs);
    const effects: Effect[] = probe === undefined ? [] : [{ type: "caller.mark", name: probe }];
    const isForNobody = this.#keys.isPrivate(nowMs) || this.#machine.isListening;
    if (isForNobody) return [...effects, { type: "model.append-silence", durationMs }];
    if (this.#isModelReady) effects.push({ type: "model.append-audio", payload });
    else this.#earlyAudio.keep({ payload, durationMs });
    effects.push(...this.#callerTurn.audio(frame, nowMs));
    return effects;
  }

  #marked(name: string, nowMs: number): Effect[] {
    const { newestMs } = this.#streamClock;
    const echo = this.#playback.marked(name, nowMs, this.#streamClock.arrivalMs(nowMs), newestMs);
    if (echo === undefined) return nothing;
    if ("cuts" in echo) return this.#turns.settle(echo.cuts);
    const { itemId, audioMs } = echo.heard;
    const entry = journal({ kind: "playback.heard", itemId, audioMs: Math.round(audioMs) });
    return [entry, ...this.#leaving.leaveIfHeard(nowMs)];
  }

  #responseStarted(responseId: string): Effect[] {
    const effects = this.#responses.started(responseId, this.#tools.areOutputsTaken);
    if (effects.some(({ type }) => type === "model.cancel-response")) this.#turns.discard(responseId);
    return [...effects, journal({ kind: "response.started", responseId })];
  }

  #modelAudio(event: EventOf<"model.audio">, nowMs: number): Effect[] {
    const effects = this.#turns.modelAudio(event, nowMs);
    if (effects.some(({ type }) => type === "caller.play")) this.#callerTurn.agentAudio(event, nowMs);
    this.#toolTalk.agentSpeaks(event.responseId);
    this.#leaving.heard(nowMs + this.#playback.queuedMs(nowMs));
    return effects;
  }

  #responseEnded({ responseId, outcome }: EventOf<"model.response-ended">, nowMs: number): Effect[] {
    const next = this.#responses.ended(responseId, outcome, !this.#tools.has(responseId));
    const owed = this.#toolTalk.responseEnded(responseId);
    const entry = journal({ kind: "response.ended", responseId, outcome });
    return [entry, ...this.#unlessGivenUp([...next, ...owed], nowMs)];
  }

  #refused({ commandId, refusal, message }: EventOf<"model.command-refused">, nowMs: number): Effect[] {
    this.#tools.refused(commandId);
    const next = this.#responses.refused(commandId, refusal);
    return [journal({ kind: "command.refused", commandId, message }), ...this.#unlessGivenUp(next, nowMs)];
  }

  #timerFired(timer: TimerName, nowMs: number): Effect[] {
    switch (timer) {
      case "caller-gap":
        return this.#turns.gapChecked(nowMs);
      case "keypad":
        return this.#isModelReady ? this.#keys.entered() : nothing;
      case "private-keys":
        return this.#keys.privateEnded(nowMs);
      case "turn-unanswered":
        return this.#responses.turnUnanswered();
      case "response-watch":
        return this.#unlessGivenUp(this.#responses.watched(), nowMs);
      case "tool-filler":
        return this.#toolTalk.fill(nowMs);
      case "silence":
        // Begun anew when the caller is back.
        return this.#isCallerThere ? this.#leaving.judgeSilence(nowMs) : nothing;
      case "max-duration":
        return this.#leaving.outOfTime(nowMs);
      case "goodbye":
        return this.#leaving.goodbyeDue(nowMs);
      case "away":
      case "prepared-unused":
      case "model-deadline":
      case "verdict":
        return nothing;
    }
  }

  /** Goes on, or falls back when the model fails at every try: nobody would be heard any more. */
  #unlessGivenUp(effects: Effect[], nowMs: number): Effect[] {
    if (this.#responses.hasGivenUp) return this.#call.fallBack("the model's responses fail", nowMs);
    return [...effects, ...this.#leaving.leaveIfHeard(nowMs)];
  }
}
