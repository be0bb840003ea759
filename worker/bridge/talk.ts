import type { Effect } from "./effects.ts";
import { EarlyAudio } from "./early-audio.ts";
import type { BridgeEvent } from "./events.ts";
import { Farewell } from "./farewell.ts";
import { journal } from "./journal.ts";
import { Keypad } from "./keypad.ts";
import { Minutes } from "./minutes.ts";
import { type BridgeOptions, instructionsFor } from "./options.ts";
import { Playback } from "./playback.ts";
import { Responses } from "./responses.ts";
import { ServerVad } from "./server-vad.ts";
import { Silence } from "./silence.ts";
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
const clearTimer = (timer: TimerName): Effect => ({ type: "timer.clear", timer });

/** What is said between caller and model: turns, keys, tools, silence and goodbye. */
export class Talk {
  readonly #options: BridgeOptions;
  readonly #call: Call;
  readonly #playback = new Playback();
  readonly #streamClock = new StreamClock();
  readonly #keypad = new Keypad();
  readonly #early = new EarlyAudio();
  readonly #silence: Silence | undefined;
  readonly #responses: Responses;
  readonly #turns: ServerVad;
  readonly #tools: ToolCalls;
  readonly #minutes: Minutes;
  readonly #farewell = new Farewell();
  #isModelReady = false;
  #lastSpokenId: string | undefined;
  #filler: string | undefined;

  constructor(options: BridgeOptions, call: Call) {
    this.#options = options;
    this.#call = call;
    this.#silence = options.silence && new Silence(options.silence);
    this.#responses = new Responses(call.nextCommandId);
    this.#turns = new ServerVad(this.#playback, call.nextCommandId);
    this.#tools = new ToolCalls(call.nextCommandId);
    this.#minutes = new Minutes(options.turnSilenceMs ?? 0);
  }

  /** The stream is there: how far away is the phone? */
  streamStarted(nowMs: number): Effect[] {
    return [{ type: "caller.mark", name: this.#playback.probe(nowMs) }];
  }

  /** The model may hear the caller now: first what was said before, in order, then the greeting if there is one. */
  modelReady(nowMs: number): Effect[] {
    const { greeting, silence } = this.#options;
    this.#isModelReady = true;
    this.#silence?.heard(nowMs);
    return [
      ...this.#early.take().map((payload): Effect => ({ type: "model.append-audio", payload })),
      ...(greeting === undefined ? nothing : this.#ask(instructionsFor.greeting(greeting))),
      ...(silence === undefined ? nothing : [setTimer("silence", silence.promptAfterMs)]),
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
        return this.#keyPressed(event.digit);
      case "playback.marked":
        return this.#marked(event.name, nowMs);
      case "model.response-started":
        this.#responses.started(event.responseId, this.#tools.areOutputsTaken);
        return [clearTimer("turn-unanswered"), journal({ kind: "response.started", responseId: event.responseId })];
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
        return this.#refused(event);
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

  #keyPressed(digit: string): Effect[] {
    const { group, effects } = this.#keypad.pressed(digit);
    return [...effects, ...this.#keysEntered(group)];
  }

  #keysEntered(keys: string | undefined): Effect[] {
    if (keys === undefined || !this.#isModelReady) return nothing;
    const text = `I pressed these keys on my phone: ${keys}`;
    return [
      { type: "model.add-text", commandId: this.#call.nextCommandId(), text },
      ...this.#responses.request({}),
      journal({ kind: "caller.keys", count: keys.length }),
    ];
  }

  #marked(name: string, nowMs: number): Effect[] {
    const heard = this.#playback.marked(name, nowMs, this.#streamClock.arrivalMs(nowMs));
    if (heard === undefined) return nothing;
    const entry = journal({ kind: "playback.heard", itemId: heard.itemId, audioMs: Math.round(heard.audioMs) });
    return [entry, ...this.#hangUpIfHeard(nowMs)];
  }

  #modelAudio(event: EventOf<"model.audio">, nowMs: number): Effect[] {
    const effects = this.#turns.modelAudio(event, nowMs);
    this.#lastSpokenId = event.responseId;
    this.#silence?.heard(nowMs + this.#playback.queuedMs(nowMs));
    return effects;
  }

  #responseEnded({ responseId, outcome }: EventOf<"model.response-ended">, nowMs: number): Effect[] {
    const next = this.#responses.ended(responseId, outcome);
    if (this.#responses.hasGivenUp) return this.#call.fallBack("the model's responses fail", nowMs);
    const owed = this.#tools.responseEnded(responseId) ? this.#goOn(responseId) : nothing;
    const entry = journal({ kind: "response.ended", responseId, outcome });
    return [entry, ...next, ...owed, ...this.#hangUpIfHeard(nowMs)];
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
    const { effects, completedResponseId } = finished;
    const farewell = next === "hang-up" ? this.#farewell.bid("the assistant hung up", true) : nothing;
    const more = completedResponseId === undefined ? nothing : this.#goOn(completedResponseId);
    return [...effects, ...farewell, ...more, ...this.#hangUpIfHeard(nowMs)];
  }

  /** The model has its answers: it goes on, unless it has said goodbye already with the call that ends the call. */
  #goOn(responseId: string): Effect[] {
    const hasSaidGoodbye = this.#farewell.reason !== undefined && this.#lastSpokenId === responseId;
    return hasSaidGoodbye ? nothing : this.#responses.owe();
  }

  #speechStarted(nowMs: number): Effect[] {
    const effects = this.#turns.speechStarted(this.#responses.activeId, nowMs);
    this.#responses.callerSpeaks();
    this.#silence?.callerSpoke(nowMs);
    return [...effects, ...this.#takeBackFarewell(), journal({ kind: "caller.speech-started" })];
  }

  #speechStopped(nowMs: number): Effect[] {
    this.#silence?.callerSpoke(nowMs);
    return [
      ...this.#turns.speechStopped(),
      setTimer("turn-unanswered", turnAnswerMs),
      journal({ kind: "caller.speech-stopped" }),
    ];
  }

  #refused({ commandId, refusal, message }: EventOf<"model.command-refused">): Effect[] {
    return [journal({ kind: "command.refused", commandId, message }), ...this.#responses.refused(commandId, refusal)];
  }

  #timerFired(timer: TimerName, nowMs: number): Effect[] {
    switch (timer) {
      case "caller-gap":
        return this.#turns.gapChecked(nowMs);
      case "keypad":
        return this.#keysEntered(this.#keypad.take());
      case "turn-unanswered":
        return this.#responses.turnUnanswered();
      case "tool-filler":
        return this.#fill(nowMs);
      case "silence":
        return this.#judgeSilence(nowMs);
      case "max-duration":
        return [...this.#ask(instructionsFor.outOfTime), ...this.#farewell.bid("the call ran out of time", false)];
      case "goodbye":
        return this.#hangUp(nowMs);
      case "model-deadline":
      case "verdict":
        return nothing;
    }
  }

  /** A tool takes long: the caller hears a word, unless there is something else to be heard. */
  #fill(nowMs: number): Effect[] {
    const filler = this.#filler;
    this.#filler = undefined;
    const isQuiet = this.#playback.queuedMs(nowMs) === 0 && !this.#responses.isBusy;
    if (filler === undefined || this.#tools.runningCount === 0 || !isQuiet) return nothing;
    return this.#ask(instructionsFor.filler(filler));
  }

  #judgeSilence(nowMs: number): Effect[] {
    if (this.#silence === undefined || this.#farewell.reason !== undefined) return nothing;
    const isBusy = this.#responses.isBusy || this.#tools.runningCount > 0;
    const { did, lookAgainMs } = this.#silence.judge(isBusy, nowMs);
    if (did === undefined) return [setTimer("silence", lookAgainMs)];
    const entry = journal({ kind: "silence", did });
    if (did === "said-goodbye")
      return [
        entry,
        ...this.#ask(instructionsFor.silenceGoodbye),
        ...this.#farewell.bid("the caller was silent", true),
      ];
    return [entry, ...this.#ask(instructionsFor.silence), setTimer("silence", lookAgainMs)];
  }

  #ask(instructions: string): Effect[] {
    return this.#responses.request({ instructions });
  }

  #takeBackFarewell(): Effect[] {
    const { silence } = this.#options;
    const takenBack = this.#farewell.takeBack();
    if (takenBack.length === 0 || silence === undefined) return takenBack;
    return [...takenBack, setTimer("silence", silence.promptAfterMs)];
  }

  /** Hangs up when that was said and all of it was heard. */
  #hangUpIfHeard(nowMs: number): Effect[] {
    const isOver = this.#playback.queuedMs(nowMs) === 0 && !this.#responses.isBusy && this.#tools.runningCount === 0;
    return isOver ? this.#hangUp(nowMs) : nothing;
  }

  #hangUp(nowMs: number): Effect[] {
    const { reason } = this.#farewell;
    return reason === undefined ? nothing : this.#call.hangUp(reason, nowMs);
  }
}
