import { AlreadySaid } from "./already-said.ts";
import { EarlyAudio } from "./early-audio.ts";
import { EarlyReply, isHeard } from "./early-reply.ts";
import type { Effect } from "./effects.ts";
import type { StreamEnd, TransferOutcome } from "./end.ts";
import type { BridgeEvent, TurnPolicyName } from "./events.ts";
import { journal } from "./journal.ts";
import { Keys } from "./keys.ts";
import { Machine } from "./machine.ts";
import { type LegEnd, Minutes } from "./minutes.ts";
import { type BridgeOptions, instructionsFor } from "./options.ts";
import { type Loss, returnNote } from "./return-note.ts";
import { StreamClock } from "./stream-clock.ts";
import { type TalkParts, changeTurns, talkParts } from "./talk-parts.ts";
import type { TimerName } from "./timers.ts";
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
const silenceDb = -100;

/** What is said between caller and model: turns, keys, tools, silence and goodbye. */
export class Talk {
  readonly #options: BridgeOptions;
  readonly #call: Call;
  readonly #earlyAudio = new EarlyAudio();
  readonly #earlyReply = new EarlyReply();
  readonly #alreadySaid: AlreadySaid;
  readonly #minutes: Minutes;
  readonly #parts: TalkParts;
  readonly #toolTalk: ToolTalk;
  readonly #machine: Machine;
  readonly #keys: Keys;
  #streamClock = new StreamClock();
  #isModelReady = false;
  #isCallerThere = false;
  #loss: Loss = "nothing";

  constructor(options: BridgeOptions, call: Call) {
    this.#options = options;
    this.#call = call;
    const { nextCommandId } = call;
    this.#alreadySaid = new AlreadySaid(nextCommandId);
    this.#minutes = new Minutes(options.turnSilenceMs ?? 0);
    this.#parts = talkParts(options.turns ?? "server-vad", { options, ...call });
    this.#keys = new Keys(this.#parts, nextCommandId);
    this.#machine = new Machine(options.machine ?? { do: "hang-up" }, this.#parts);
    this.#toolTalk = new ToolTalk(options.fillers ?? {}, Object.assign(this.#parts, { machine: this.#machine }));
  }

  /** A model is there: turns are taken its way. Nothing was said yet, but by the phone company. */
  modelOpened(turns: TurnPolicyName = this.#options.turns ?? "server-vad"): void {
    changeTurns(this.#parts, turns, { options: this.#options, ...this.#call });
  }

  /** The phone company speaks, or has spoken, these words in the agent's name. */
  alreadySaid(text: string | undefined): Effect[] {
    return this.#alreadySaid.said(text, this.#isModelReady);
  }

  /** The stream is there: how far away is the phone? What the model has said by now is heard at once. */
  streamStarted(nowMs: number): Effect[] {
    this.#isCallerThere = true;
    this.#streamClock = new StreamClock();
    this.#parts.playback.begin(nowMs);
    return [
      { type: "caller.mark", name: this.#parts.playback.probe(nowMs) },
      ...this.#earlyReply.take().flatMap((event) => this.#take(event, nowMs)),
      ...(this.#isModelReady ? this.#parts.leaving.begin(nowMs) : nothing),
      ...this.#machine.meet(this.#isTalking, nowMs),
    ];
  }

  /** The stream is gone: what it had not played was not heard, and what is said from now on waits for the next one. */
  streamLost(nowMs: number): Effect[] {
    const { responses, callerTurn, turns, leaving } = this.#parts;
    const isAnswering = responses.activeId !== undefined;
    this.#loss = this.#outlook(nowMs).queuedMs > 0 ? "cut-off" : isAnswering ? "unsaid" : "nothing";
    const effects = [
      ...callerTurn.interruptAgent(nowMs),
      ...turns.settle(),
      ...responses.cancel(),
      ...this.#keys.privateLost(nowMs),
    ];
    this.#isCallerThere = false;
    leaving.callerIsAway();
    return [...effects, ...this.#minutes.take({ type: "stream.stopped" }, effects, this.#outlook(nowMs), nowMs)];
  }

  /** The next stream is there, after one that ended so: the model is told what happened meanwhile. */
  streamReturned(end: StreamEnd, outcome: TransferOutcome | undefined, nowMs: number): Effect[] {
    const { text, isAnswerDue } = returnNote(end, outcome, this.#loss);
    const commandId = this.#call.nextCommandId();
    return [
      ...(text === undefined ? nothing : [{ type: "model.add-text", commandId, by: "nobody", text } as const]),
      ...this.streamStarted(nowMs),
      ...(isAnswerDue ? this.#parts.responses.owe("return") : nothing),
      ...this.#parts.leaving.leaveIfHeard(nowMs),
    ];
  }

  /** The phone company says who answered. */
  answeredBy(who: "person" | "machine" | "fax" | "unknown", nowMs: number): Effect[] {
    this.#machine.reported(who);
    return this.#machine.meet(this.#isTalking, nowMs);
  }

  /** Whether nobody listens who could be spoken to. */
  get isMachineListening(): boolean {
    return this.#machine.isListening;
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
      ...this.#parts.turns.begin(nowMs),
      ...this.#earlyAudio.take().flatMap((frame) => this.#parts.turns.callerAudio(frame, nowMs)),
      ...(greeting === undefined
        ? nothing
        : this.#parts.responses.request({ instructions: instructionsFor.greeting(greeting) })),
      ...this.#keys.entered(),
      ...(this.#isCallerThere ? this.#parts.leaving.begin(nowMs) : nothing),
      ...this.#machine.meet(this.#isTalking, nowMs),
    ];
    return [...effects, ...this.#minutes.take({ type: "model.ready" }, effects, this.#outlook(nowMs), nowMs)];
  }

  /** Takes everything that is not about the legs' own life. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    return this.#parts.turns.perceive(event, nowMs).flatMap((perceived) => this.#take(perceived, nowMs));
  }

  #take(event: BridgeEvent, nowMs: number): Effect[] {
    if (!this.#isCallerThere && isHeard(event)) {
      this.#earlyReply.keep(event);
      return nothing;
    }
    const outlook = this.#outlook(nowMs);
    const effects = this.#decide(event, nowMs);
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

  #outlook(nowMs: number) {
    return { queuedMs: this.#parts.playback.queuedMs(nowMs), roundTripMs: this.#parts.playback.roundTripMs };
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
        return this.#parts.turns.modelAudioEnded(event.responseId, event.itemId);
      case "model.response-ended":
        return this.#responseEnded(event, nowMs);
      case "model.tool-called":
        return this.#toolTalk.called(event, nowMs);
      case "model.tool-output-taken":
        this.#parts.tools.taken(event.toolCallId);
        return nothing;
      case "tool.finished":
        return [...this.#keys.toolFinished(event.toolCallId, nowMs), ...this.#toolTalk.finished(event, nowMs)];
      case "keys.wanted":
        return this.#keys.wanted(event, this.#isCallerThere, nowMs);
      case "model.speech-started":
        return this.#machine.isListening ? nothing : this.#parts.callerTurn.started(event.itemId, nowMs);
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

  #callerAudio(frame: EventOf<"caller.audio">, nowMs: number): Effect[] {
    const { durationMs, timestampMs } = frame;
    const { turns, playback, callerTurn } = this.#parts;
    this.#streamClock.frame(timestampMs, nowMs);
    const probe = playback.probeWhileSilent(nowMs);
    const effects: Effect[] = probe === undefined ? [] : [{ type: "caller.mark", name: probe }];
    if (this.#keys.isPrivate(nowMs) || this.#machine.isListening)
      return [...effects, ...turns.callerAudio({ payload: undefined, durationMs, levelDb: silenceDb }, nowMs)];
    if (this.#isModelReady) effects.push(...turns.callerAudio(frame, nowMs));
    else this.#earlyAudio.keep(frame);
    return [...effects, ...callerTurn.audio(frame, nowMs)];
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
    const effects = this.#parts.turns.modelAudio(event, nowMs);
    if (effects.some(({ type }) => type === "caller.play")) this.#parts.callerTurn.agentAudio(event, nowMs);
    this.#toolTalk.agentSpeaks(event.responseId);
    this.#parts.leaving.heard(nowMs + this.#parts.playback.queuedMs(nowMs));
    return effects;
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
        return this.#isModelReady ? this.#keys.entered() : nothing;
      case "private-keys":
        return this.#keys.privateEnded(nowMs);
      case "turn-unanswered":
        return this.#parts.responses.turnUnanswered();
      case "response-watch":
        return this.#unlessGivenUp(this.#parts.responses.watched(), nowMs);
      case "tool-filler":
        return this.#isCallerThere ? this.#toolTalk.fill(nowMs) : nothing;
      case "silence":
        // Begun anew when the caller is back.
        return this.#isCallerThere ? this.#parts.leaving.judgeSilence(nowMs) : nothing;
      case "max-duration":
        return this.#parts.leaving.wrapUp("time", nowMs);
      case "goodbye":
        return this.#parts.leaving.goodbyeDue(nowMs);
      default: // The legs' own, and the money's.
        return nothing;
    }
  }

  /** Goes on, or falls back when the model fails at every try: nobody would be heard any more. */
  #unlessGivenUp(effects: Effect[], nowMs: number): Effect[] {
    if (this.#parts.responses.hasGivenUp) return this.#call.fallBack("the model's responses fail", nowMs);
    return [...effects, ...this.#parts.leaving.leaveIfHeard(nowMs)];
  }
}
