import type { Effect } from "./effects.ts";
import { EarlyAudio } from "./early-audio.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";
import { Keypad } from "./keypad.ts";
import { LeaveTaking } from "./leave-taking.ts";
import { Minutes } from "./minutes.ts";
import { type BridgeOptions, instructionsFor } from "./options.ts";
import { Playback } from "./playback.ts";
import { Responses } from "./responses.ts";
import { ServerVad } from "./server-vad.ts";
import { StreamClock } from "./stream-clock.ts";
import type { TimerName } from "./timers.ts";
import type { TranscriptEntry } from "./transcript.ts";
import { ToolCalls } from "./tool-calls.ts";

/** A model that answers by itself does so at once; after this long it will not. */
const turnAnswerMs = 2_000;
/** A pause longer than this wants a word. */
const fillerAfterMs = 1_500;

type EventOf<Type extends BridgeEvent["type"]> = Extract<BridgeEvent, { type: Type }>;

/** What a conversation needs of the call that it is part of. */
type Call = {
  nextCommandId: () => string;
  hangUp: (reason: string, nowMs: number) => Effect[];
  fallBack: (reason: string, nowMs: number) => Effect[];
};

const nothing: Effect[] = [];
const setTimer = (timer: TimerName, afterMs: number): Effect => ({ type: "timer.set", timer, afterMs });

/** What is said between caller and model: turns, keys, tools, silence and goodbye. */
export class Talk {
  readonly #options: BridgeOptions;
  readonly #call: Call;
  readonly #playback = new Playback();
  readonly #streamClock = new StreamClock();
  readonly #keypad = new Keypad();
  readonly #early = new EarlyAudio();
  readonly #responses: Responses;
  readonly #turns: ServerVad;
  readonly #tools: ToolCalls;
  readonly #minutes: Minutes;
  readonly #leaving: LeaveTaking;
  #isModelReady = false;
  #lastSpokenId: string | undefined;
  #lastSpeechMs = Number.NEGATIVE_INFINITY;
  #filler: string | undefined;

  constructor(options: BridgeOptions, call: Call) {
    this.#options = options;
    this.#call = call;
    this.#responses = new Responses(call.nextCommandId);
    this.#turns = new ServerVad(this.#playback, call.nextCommandId);
    this.#tools = new ToolCalls(call.nextCommandId);
    this.#minutes = new Minutes(options.turnSilenceMs ?? 0);
    const conversation = { playback: this.#playback, responses: this.#responses, tools: this.#tools };
    this.#leaving = new LeaveTaking(options.silence, conversation, call.hangUp);
  }

  /** The stream is there: how far away is the phone? */
  streamStarted(nowMs: number): Effect[] {
    return [{ type: "caller.mark", name: this.#playback.probe(nowMs) }];
  }

  /** The model may hear the caller now: first what was said before, in order, then the greeting if there is one. */
  modelReady(nowMs: number): Effect[] {
    const { greeting } = this.#options;
    this.#isModelReady = true;
    return [
      ...this.#early.take().map((payload): Effect => ({ type: "model.append-audio", payload })),
      ...(greeting === undefined ? nothing : this.#ask(instructionsFor.greeting(greeting))),
      ...this.#keysEntered(this.#keypad.take()),
      ...this.#leaving.begin(nowMs),
    ];
  }

  /** Takes everything that is not about the legs' own life. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    const { roundTripMs } = this.#playback;
    const outlook = { queuedMs: this.#playback.queuedMs(nowMs), roundTripMs };
    const effects = this.#decide(event, nowMs);
    return [...effects, ...this.#minutes.take(event, effects, outlook, nowMs)];
  }

  /** The call is over: what it came to. */
  close(): Effect[] {
    return this.#minutes.close();
  }

  /** The conversation as it was heard so far. */
  get transcript(): TranscriptEntry[] {
    return this.#minutes.transcript;
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
        return [
          ...this.#responses.started(event.responseId, this.#tools.areOutputsTaken),
          journal({ kind: "response.started", responseId: event.responseId }),
        ];
      case "model.audio":
        return this.#modelAudio(event, nowMs);
      case "model.audio-ended":
        return this.#turns.modelAudioEnded(event.responseId, event.itemId);
      case "model.response-ended":
        return this.#responseEnded(event, nowMs);
      case "model.tool-called":
        return this.#toolCalled(event, nowMs);
      case "model.tool-output-taken":
        this.#tools.taken(event.toolCallId);
        return nothing;
      case "tool.finished":
        return this.#toolFinished(event, nowMs);
      case "model.speech-started":
        return this.#speechStarted(nowMs);
      case "model.speech-stopped":
        return this.#speechStopped(nowMs);
      case "model.command-refused":
        return this.#refused(event, nowMs);
      case "timer.fired":
        return this.#timerFired(event.timer, nowMs);
      default:
        return nothing;
    }
  }

  #callerAudio({ payload, durationMs, timestampMs }: EventOf<"caller.audio">, nowMs: number): Effect[] {
    this.#streamClock.frame(timestampMs, nowMs);
    this.#turns.callerAudio(nowMs);
    const probe = this.#playback.probeWhileSilent(nowMs);
    const effects: Effect[] = probe === undefined ? [] : [{ type: "caller.mark", name: probe }];
    if (this.#isModelReady) effects.push({ type: "model.append-audio", payload });
    else this.#early.keep({ payload, durationMs });
    return effects;
  }

  /** A key is a sign of life, as a word is. */
  #keyPressed(digit: string, nowMs: number): Effect[] {
    const { group, effects } = this.#keypad.pressed(digit, this.#isModelReady);
    return [...effects, ...this.#leaving.callerIsThere(nowMs), ...this.#keysEntered(group)];
  }

  #keysEntered(keys: string | undefined): Effect[] {
    if (keys === undefined) return nothing;
    const text = `I pressed these keys on my phone: ${keys}`;
    return [
      { type: "model.add-text", commandId: this.#call.nextCommandId(), text },
      ...this.#responses.owe(),
      journal({ kind: "caller.keys", count: keys.length }),
    ];
  }

  #marked(name: string, nowMs: number): Effect[] {
    const heard = this.#playback.marked(name, nowMs, this.#streamClock.arrivalMs(nowMs));
    if (heard === undefined) return nothing;
    const entry = journal({ kind: "playback.heard", itemId: heard.itemId, audioMs: Math.round(heard.audioMs) });
    return [entry, ...this.#leaving.leaveIfHeard(nowMs)];
  }

  #modelAudio(event: EventOf<"model.audio">, nowMs: number): Effect[] {
    const effects = this.#turns.modelAudio(event, nowMs);
    this.#lastSpokenId = event.responseId;
    this.#leaving.heard(nowMs + this.#playback.queuedMs(nowMs));
    return effects;
  }

  #responseEnded({ responseId, outcome }: EventOf<"model.response-ended">, nowMs: number): Effect[] {
    const next = this.#responses.ended(responseId, outcome, !this.#tools.has(responseId));
    const owed = this.#tools.responseEnded(responseId) ? this.#goOn(responseId) : nothing;
    const entry = journal({ kind: "response.ended", responseId, outcome });
    return [entry, ...this.#unlessGivenUp([...next, ...owed], nowMs)];
  }

  #toolCalled(event: EventOf<"model.tool-called">, nowMs: number): Effect[] {
    const { toolCallId, name } = event;
    this.#filler = this.#options.fillers?.[name] ?? this.#filler;
    return [
      ...this.#tools.called(event, nowMs),
      ...(this.#filler === undefined ? nothing : [setTimer("tool-filler", fillerAfterMs)]),
      journal({ kind: "tool.called", toolCallId, name }),
    ];
  }

  #toolFinished({ toolCallId, output, next }: EventOf<"tool.finished">, nowMs: number): Effect[] {
    const finished = this.#tools.finished(toolCallId, output, nowMs);
    if (finished === undefined) return nothing;
    const { effects, calledAtMs, completedResponseId } = finished;
    // A caller who has spoken since the model wanted to hang up has something to say.
    const isOutOfDate = this.#responses.doesCallerSpeak || this.#lastSpeechMs >= calledAtMs;
    const farewell = next === "hang-up" && !isOutOfDate ? this.#leaving.assistantLeaves(nowMs) : nothing;
    const more = completedResponseId === undefined ? nothing : this.#goOn(completedResponseId);
    return [...effects, ...farewell, ...more, ...this.#leaving.leaveIfHeard(nowMs)];
  }

  /** The model has its answers: it goes on, unless it has said goodbye already with the call that ends the call. */
  #goOn(responseId: string): Effect[] {
    const hasSaidGoodbye = this.#leaving.isUnderWay && this.#lastSpokenId === responseId;
    return hasSaidGoodbye ? nothing : this.#responses.owe();
  }

  #speechStarted(nowMs: number): Effect[] {
    const effects = this.#turns.speechStarted(this.#responses.activeId, nowMs);
    this.#lastSpeechMs = nowMs;
    return [
      ...effects,
      ...this.#responses.callerSpeaks(),
      ...this.#leaving.callerIsThere(nowMs),
      journal({ kind: "caller.speech-started" }),
    ];
  }

  #speechStopped(nowMs: number): Effect[] {
    this.#responses.callerStopped();
    return [
      ...this.#leaving.callerIsThere(nowMs),
      ...this.#turns.speechStopped(),
      setTimer("turn-unanswered", turnAnswerMs),
      journal({ kind: "caller.speech-stopped" }),
    ];
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
        return this.#isModelReady ? this.#keysEntered(this.#keypad.take()) : nothing;
      case "turn-unanswered":
        return this.#responses.turnUnanswered();
      case "response-watch":
        return this.#unlessGivenUp(this.#responses.watched(), nowMs);
      case "tool-filler":
        return this.#fill(nowMs);
      case "silence":
        return this.#leaving.judgeSilence(nowMs);
      case "max-duration":
        return this.#leaving.outOfTime(nowMs);
      case "goodbye":
        return this.#leaving.goodbyeDue(nowMs);
      case "model-deadline":
      case "verdict":
        return nothing;
    }
  }

  /** A tool takes long: the caller hears a word, unless there is something else to be heard. */
  #fill(nowMs: number): Effect[] {
    const filler = this.#filler;
    const queuedMs = this.#playback.queuedMs(nowMs);
    if (filler === undefined || this.#tools.runningCount === 0) return nothing;
    if (queuedMs > 0 || this.#responses.isBusy) return [setTimer("tool-filler", queuedMs + fillerAfterMs)];
    this.#filler = undefined;
    return this.#ask(instructionsFor.filler(filler));
  }

  #ask(instructions: string): Effect[] {
    return this.#responses.request({ instructions });
  }

  /** Goes on, or falls back when the model fails at every try: nobody would be heard any more. */
  #unlessGivenUp(effects: Effect[], nowMs: number): Effect[] {
    if (this.#responses.hasGivenUp) return this.#call.fallBack("the model's responses fail", nowMs);
    return [...effects, ...this.#leaving.leaveIfHeard(nowMs)];
  }
}
