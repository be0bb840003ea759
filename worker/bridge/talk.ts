import type { CallerTurn } from "./caller-turn.ts";
import { EarlyAudio } from "./early-audio.ts";
import { EarlyReply, isHeard } from "./early-reply.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent, TurnPolicyName } from "./events.ts";
import { journal } from "./journal.ts";
import { Keypad } from "./keypad.ts";
import type { LeaveTaking } from "./leave-taking.ts";
import { type LegEnd, Minutes } from "./minutes.ts";
import { type BridgeOptions, instructionsFor } from "./options.ts";
import { Playback } from "./playback.ts";
import { PrivateKeys } from "./private-keys.ts";
import { StreamClock } from "./stream-clock.ts";
import { talkParts } from "./talk-parts.ts";
import type { TimerName } from "./timers.ts";
import { ToolCalls } from "./tool-calls.ts";
import type { ToolTalk } from "./tool-talk.ts";
import type { TranscriptEntry } from "./transcript.ts";
import type { Responses, TurnPolicy } from "./turn-policy.ts";

type EventOf<Type extends BridgeEvent["type"]> = Extract<BridgeEvent, { type: Type }>;

/** What a conversation needs of the call that it is part of. */
type Call = {
  nextCommandId: () => string;
  hangUp: (reason: string, nowMs: number) => Effect[];
  fallBack: (reason: string, nowMs: number) => Effect[];
};

const nothing: Effect[] = [];
const silenceDb = -100;

/** What is said between caller and model: turns, keys, tools, silence and goodbye. */
export class Talk {
  readonly #options: BridgeOptions;
  readonly #call: Call;
  readonly #playback = new Playback();
  readonly #streamClock = new StreamClock();
  readonly #keypad = new Keypad();
  readonly #privateKeys = new PrivateKeys();
  readonly #earlyAudio = new EarlyAudio();
  readonly #earlyReply = new EarlyReply();
  readonly #tools: ToolCalls;
  readonly #minutes: Minutes;
  /** What depends on how turns are taken, which is settled when a model has opened. */
  #responses: Responses;
  #turns: TurnPolicy;
  #callerTurn: CallerTurn;
  #toolTalk: ToolTalk;
  #leaving: LeaveTaking;
  #isModelReady = false;
  #isCallerThere = false;
  /** What was said in the agent's name before, and whether the model knows it. */
  #said: { text: string; isTold: boolean } | undefined;

  constructor(options: BridgeOptions, call: Call) {
    this.#options = options;
    this.#call = call;
    this.#tools = new ToolCalls(call.nextCommandId);
    this.#minutes = new Minutes(options.turnSilenceMs ?? 0);
    const parts = this.#partsFor(options.turns ?? "server-vad");
    this.#responses = parts.responses;
    this.#turns = parts.turns;
    this.#leaving = parts.leaving;
    this.#callerTurn = parts.callerTurn;
    this.#toolTalk = parts.toolTalk;
  }

  /** A model is there: turns are taken its way. Nothing was said yet, but by the phone company. */
  modelOpened(turns: TurnPolicyName = this.#options.turns ?? "server-vad"): void {
    const parts = this.#partsFor(turns);
    this.#responses = parts.responses;
    this.#turns = parts.turns;
    this.#leaving = parts.leaving;
    this.#callerTurn = parts.callerTurn;
    this.#toolTalk = parts.toolTalk;
  }

  #partsFor(name: TurnPolicyName): ReturnType<typeof talkParts> {
    const [options, playback, tools] = [this.#options, this.#playback, this.#tools];
    return talkParts(name, { options, playback, tools, ...this.#call });
  }

  /** The phone company speaks, or has spoken, these words in the agent's name: the model is told, once. */
  alreadySaid(text: string | undefined): Effect[] {
    if (text === undefined || text === this.#said?.text) return nothing;
    this.#said = { text, isTold: false };
    return this.#isModelReady ? this.#tellSaid() : nothing;
  }

  /** The stream is there: how far away is the phone? What the model has said by now is heard at once. */
  streamStarted(nowMs: number): Effect[] {
    this.#isCallerThere = true;
    return [
      { type: "caller.mark", name: this.#playback.probe(nowMs) },
      ...this.#earlyReply.take().flatMap((event) => this.#take(event, nowMs)),
      ...(this.#isModelReady ? this.#leaving.begin(nowMs) : nothing),
    ];
  }

  /** The model may hear the caller now: first what was said before, in order, then the greeting if there is one. */
  modelReady(nowMs: number): Effect[] {
    const { greeting } = this.#options;
    this.#isModelReady = true;
    const effects = [
      ...this.#tellSaid(),
      ...this.#turns.begin(nowMs),
      ...this.#earlyAudio.take().flatMap((frame) => this.#turns.callerAudio(frame, nowMs)),
      ...(greeting === undefined
        ? nothing
        : this.#responses.request({ instructions: instructionsFor.greeting(greeting) })),
      ...this.#keysEntered(this.#keypad.take()),
      ...(this.#isCallerThere ? this.#leaving.begin(nowMs) : nothing),
    ];
    return [...effects, ...this.#minutes.take({ type: "model.ready" }, effects, this.#outlook(nowMs), nowMs)];
  }

  /** Takes everything that is not about the legs' own life. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    return this.#turns.perceive(event, nowMs).flatMap((perceived) => this.#take(perceived, nowMs));
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
  close(): Effect[] {
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
        return this.#keyPressed(event.digit, nowMs);
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
        return [...this.#privateKeys.toolFinished(event.toolCallId, nowMs), ...this.#toolTalk.finished(event, nowMs)];
      case "keys.wanted":
        return this.#privateKeys.ask(event.toolCallId, event.request, this.#keypad.take() ?? "", nowMs);
      case "model.speech-started":
        return this.#callerTurn.started(event.itemId, nowMs);
      case "model.speech-stopped":
        return this.#callerTurn.stopped(nowMs);
      case "model.command-refused":
        return this.#refused(event, nowMs);
      case "timer.fired":
        return this.#timerFired(event.timer, nowMs);
      default:
        return nothing;
    }
  }

  #callerAudio(frame: EventOf<"caller.audio">, nowMs: number): Effect[] {
    const { durationMs, timestampMs } = frame;
    this.#streamClock.frame(timestampMs, nowMs);
    const probe = this.#playback.probeWhileSilent(nowMs);
    const effects: Effect[] = probe === undefined ? [] : [{ type: "caller.mark", name: probe }];
    if (this.#privateKeys.isPrivate(nowMs))
      return [...effects, ...this.#turns.callerAudio({ payload: undefined, durationMs, levelDb: silenceDb }, nowMs)];
    if (this.#isModelReady) effects.push(...this.#turns.callerAudio(frame, nowMs));
    else this.#earlyAudio.keep(frame);
    effects.push(...this.#callerTurn.audio(frame, nowMs));
    return effects;
  }

  /** A key is a sign of life, as a word is. */
  #keyPressed(digit: string, nowMs: number): Effect[] {
    if (this.#privateKeys.isAsking) {
      // Whoever presses keys has heard enough of what to press.
      const hush = [...this.#callerTurn.interruptAgent(nowMs), ...this.#responses.cancel()];
      return [...hush, ...this.#leaving.callerIsThere(nowMs), ...this.#privateKeys.pressed(digit, nowMs)];
    }
    const { group, effects } = this.#keypad.pressed(digit, this.#isModelReady);
    return [...effects, ...this.#leaving.callerIsThere(nowMs), ...this.#keysEntered(group)];
  }

  #keysEntered(keys: string | undefined): Effect[] {
    if (keys === undefined) return nothing;
    const text = `I pressed these keys on my phone: ${keys}`;
    return [
      { type: "model.add-text", commandId: this.#call.nextCommandId(), by: "caller", text },
      ...this.#responses.owe("keys"),
      journal({ kind: "caller.keys", count: keys.length }),
    ];
  }

  #tellSaid(): Effect[] {
    if (this.#said === undefined || this.#said.isTold) return nothing;
    this.#said.isTold = true;
    return [{ type: "model.add-text", commandId: this.#call.nextCommandId(), by: "agent", text: this.#said.text }];
  }

  #marked(name: string, nowMs: number): Effect[] {
    const heard = this.#playback.marked(name, nowMs, this.#streamClock.arrivalMs(nowMs));
    if (heard === undefined) return nothing;
    const entry = journal({ kind: "playback.heard", itemId: heard.itemId, audioMs: Math.round(heard.audioMs) });
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
        return this.#turns.callerGap(nowMs);
      case "keypad":
        return this.#isModelReady ? this.#keysEntered(this.#keypad.take()) : nothing;
      case "private-keys":
        return this.#privateKeys.end(nowMs);
      case "turn-unanswered":
        return this.#responses.turnUnanswered();
      case "response-watch":
        return this.#unlessGivenUp(this.#responses.watched(), nowMs);
      case "tool-filler":
        return this.#toolTalk.fill(nowMs);
      case "silence":
        return this.#leaving.judgeSilence(nowMs);
      case "max-duration":
        return this.#leaving.outOfTime(nowMs);
      case "goodbye":
        return this.#leaving.goodbyeDue(nowMs);
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
