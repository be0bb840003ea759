import type { Effect } from "./effects.ts";
import type { Cut } from "./playback.ts";
import type { BridgeEvent, ModelAudio, Refusal, ResponseOutcome } from "./events.ts";

/** A frame of the caller on its way to the model; without a payload it is nobody's business, and silence in its place. */
export type CallerFrame = { payload: string | undefined; durationMs: number; readonly levelDb: number };

/**
 * Who speaks when. Some models report the caller's speech, and leave everything else about an interruption to us
 * (`server-vad.ts`); others listen while they speak, report nothing, and stop by themselves (`continuous.ts`). What is
 * above this, keys and tools and goodbyes, does not know which.
 */
export type TurnPolicy = {
  /** How much of what the caller has said the model may hear at once, when it comes to the call late. */
  readonly replayMs: number;
  /** What has happened, in the words of a model that reports everything: found out by listening where it does not. */
  perceive(event: BridgeEvent, nowMs: number): BridgeEvent[];
  /** The model can hear from now on. */
  begin(nowMs: number): Effect[];
  /** A frame of the caller, for a model that can hear. */
  callerAudio(frame: CallerFrame, nowMs: number): Effect[];
  /** What the caller has said before the session, and nobody has answered. */
  replay(frames: readonly CallerFrame[], nowMs: number): Effect[];
  /** It is time to look whether audio of the caller is missing. */
  callerGap(nowMs: number): Effect[];
  /** The model hears the caller, who may not be meant yet. */
  speechStarted(nowMs: number): Effect[];
  speechStopped(): Effect[];
  /** The caller means to speak, whatever the agent says. */
  callerTakesTurn(activeResponseId: string | undefined, nowMs: number): Effect[];
  /** We want the agent silent, at once. */
  interrupt(activeResponseId: string | undefined, nowMs: number): Effect[];
  /** Tells the model where it was cut: where the phone says, or, when time presses, where it is reckoned to be. */
  settle(cuts?: Cut[]): Effect[];
  /** Audio of the model, for the phone. */
  modelAudio(audio: ModelAudio, nowMs: number): Effect[];
  /** An item has no more audio. */
  modelAudioEnded(responseId: string, itemId: string): Effect[];
  /** Nothing of this response may be played: it was cancelled before it said a word. */
  discard(responseId: string): void;
  /** So much waits to be heard that no more is taken: the response ends with what was sent. */
  overflows(responseId: string): void;
  /** The model is gone: what it has said is all that there will be. */
  gone(): Effect[];
};

/**
 * A response that the bridge wants from the model, beside those that the model starts by itself. Without instructions
 * the model just goes on. One that `insists` is asked for although the caller speaks.
 */
export type ResponseRequest = { instructions?: string | undefined; insists?: boolean };

/** Why the model must go on: tools were answered, keys pressed, the caller speaks into a goodbye, or is back on the line. */
export type Debt = "tools" | "keys" | "caller" | "return";

/** What we want the model to say, and when it may be asked to. */
export type Responses = {
  /** What the model is saying, or generating, now. */
  readonly activeId: string | undefined;
  /** Whether something is being said or is about to be, or the caller is to be heard first. */
  readonly isBusy: boolean;
  readonly doesCallerSpeak: boolean;
  /** Whether what was said last, or is being said, is to be heard to its end. */
  readonly isInsisting: boolean;
  /** Whether the model fails at every try: nobody will be heard any more. */
  readonly hasGivenUp: boolean;
  /** The model can be asked from now on: for what was wanted since, too. */
  begin(): Effect[];
  /** What is wanted said, for whoever is asked next; without what is being said, if the model `hasSpoken`. */
  unsaid(hasSpoken: boolean): ResponseRequest[];
  /** Asks for a response: at once, or when it may be asked for. */
  request(request: ResponseRequest): Effect[];
  /** The model has got what it waited for: it must go on, unless it does so by itself. */
  owe(debt: Debt): Effect[];
  /** The caller speaks: what we wanted said is out of date, unless it insists. */
  callerSpeaks(): Effect[];
  /** The caller has spoken, and is to be answered. */
  callerStopped(): Effect[];
  /** Nobody listens who could be answered: what runs is stopped, and from now on only what insists is said. */
  answerNobody(): Effect[];
  /** Stops what is being said, unless it insists. */
  cancel(): Effect[];
  /** The model has had its time to answer by itself, and has not. */
  turnUnanswered(): Effect[];
  /** `hasSeenAll`: it began after the model had got all that it waited for. */
  started(responseId: string, hasSeenAll: boolean): Effect[];
  /** More has come of a response; one that nobody has announced has begun then, if one was asked for. */
  progressed(responseId: string): Effect[];
  /** An item of it has no more audio: another one follows soon, or it has ended. */
  fellSilent(responseId: string): Effect[];
  /** `mayRetry`: a failed response is worth another try as it was; one whose tools have run is not. */
  ended(responseId: string, outcome: ResponseOutcome, mayRetry: boolean): Effect[];
  /** A command was refused, perhaps ours. */
  refused(commandId: string, refusal: Refusal): Effect[];
  /** What was asked for should have begun by now. */
  watched(): Effect[];
};
