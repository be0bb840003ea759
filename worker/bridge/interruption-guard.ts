import { Echo } from "./echo.ts";
import { EchoReturn } from "./echo-return.ts";

/**
 * Speech over the agent interrupts it once the caller has been heard for so long. `turnSilenceMs`: how much silence
 * ends a turn for the model, where that is a length at all.
 */
export type InterruptionPolicy = { minMs: number; turnSilenceMs?: number | undefined };

/** A frame of the caller, and the loudest echo that may be in it. */
type Frame = { levelDb: number; durationMs: number };

/** Quieter than this nobody speaks: a line's own noise. */
const floorDb = -45;
/** The model reports speech after it began: this many frames before the report, 300 ms, belong to it. */
const onsetFrames = 15;
/** Where the model ends a turn by its meaning, it has done so by then. */
const longestSilenceMs = 3_000;
/** What the model hears for longer than its silence takes, and this, is no echo that has just faded. */
const aloneMs = 1_000;
/** Less than this of a caller's own voice is a click, or the agent's echo. */
const clickMs = 60;

/**
 * Doubts speech that the model hears while the agent is heard: a cough, an "mm-hm" or the agent's own echo is no
 * interruption (openai.md 10, 12). What counts is how long the caller was louder than what the phone may give back.
 */
export class InterruptionGuard {
  readonly #policy: InterruptionPolicy;
  readonly #echo = new Echo();
  readonly #echoReturn = new EchoReturn();
  #recentVoicedMs: number[] = [];
  #isCallerSpeaking = false;
  /** While speech is doubted: how much of it was the caller's own voice, and how long the agent has not been heard. */
  #doubt: { voicedMs: number; aloneMs: number } | undefined;

  constructor(policy: InterruptionPolicy) {
    this.#policy = policy;
  }

  /** Whether speech is being doubted. */
  get isInDoubt(): boolean {
    return this.#doubt !== undefined;
  }

  /** Audio of the agent that will begin to be heard at `startMs`. */
  agentAudio(levels: { readonly levelsDb: readonly number[] }, durationMs: number, startMs: number): void {
    this.#echo.sent(levels, durationMs, startMs);
  }

  /** The agent was interrupted: what was to be heard after `nowMs` will not be. */
  cleared(nowMs: number): void {
    this.#echo.cleared(nowMs);
  }

  /** A frame of the caller; whether doubted speech is now meant. Its level is asked for only where it matters. */
  callerAudio(frame: Frame, roundTripMs: number, nowMs: number): boolean {
    if (this.#doubt === undefined && !this.#echo.isAudible(nowMs, roundTripMs)) {
      this.#recentVoicedMs = [];
      this.#echoReturn.pause();
      return false;
    }
    const playedDb = this.#echo.loudestDb(nowMs, roundTripMs);
    const isVoice = frame.levelDb > Math.max(floorDb, this.#echoReturn.mostDb(playedDb));
    const voicedMs = isVoice ? frame.durationMs : 0;
    this.#recentVoicedMs = [...this.#recentVoicedMs, voicedMs].slice(-onsetFrames);
    if (this.#doubt !== undefined) {
      this.#doubt.voicedMs += voicedMs;
      if (!this.#echo.isAudible(nowMs, roundTripMs)) this.#doubt.aloneMs += frame.durationMs;
      return this.#isMeant(this.#doubt);
    }
    if (!this.#isCallerSpeaking) this.#echoReturn.heard(frame.levelDb, playedDb);
    return false;
  }

  /** The model hears the caller; whether that is meant at once, be it that nothing of the agent can be heard. */
  speechStarted(roundTripMs: number, nowMs: number): boolean {
    this.#isCallerSpeaking = true;
    this.#echoReturn.callerSpoke();
    if (!this.#echo.isAudible(nowMs, roundTripMs)) return true;
    this.#doubt = { voicedMs: sum(this.#recentVoicedMs), aloneMs: 0 };
    return this.#isMeant(this.#doubt);
  }

  /** The model hears the caller's silence: says what the speech was, if it was doubted to the end. */
  speechStopped(): "click" | "aside" | undefined {
    this.#isCallerSpeaking = false;
    return this.settle();
  }

  /** Ends the doubt, if there is one: the caller has fallen silent, or is taken at their word. Says what it was. */
  settle(): "click" | "aside" | undefined {
    const doubt = this.#doubt;
    this.#doubt = undefined;
    if (doubt === undefined) return undefined;
    return doubt.voicedMs < clickMs ? "click" : "aside";
  }

  /** What the model goes on hearing when nothing of the agent is heard any more is the caller, be it ever so quiet. */
  #isMeant(doubt: { voicedMs: number; aloneMs: number }): boolean {
    const { minMs, turnSilenceMs = longestSilenceMs } = this.#policy;
    return doubt.voicedMs >= minMs || doubt.aloneMs >= turnSilenceMs + aloneMs;
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
