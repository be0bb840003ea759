import type { CallerTurn } from "./caller-turn.ts";
import type { Effect } from "./effects.ts";
import type { Playback } from "./playback.ts";
import type { ToolCalls } from "./tool-calls.ts";
import type { CallerFrame, Responses } from "./turn-policy.ts";

/** Speech is louder than this on any line, and a line's noise is not (dBFS). */
const loudDb = -40;
/** A pause within speech is shorter than this. */
const pauseMs = 400;
/** So much of it is no click. */
const speechMs = 600;
/** The model says within this time that the caller has stopped, or its word was lost. */
const lostWordMs = 3_000;

type Parts = { playback: Playback; responses: Responses; callerTurn: CallerTurn; tools: ToolCalls };

/**
 * Our own ear beside the model's: it knows nothing of words, but notices that the caller speaks, or is silent, where the
 * model should have said so and has not. A model that is gone says nothing, and a word may be lost.
 */
export class SecondEar {
  readonly #parts: Parts;
  /** Infinity where the end of a turn is found by its meaning, and may take long. */
  readonly #turnSilenceMs: number;
  #loudMs = 0;
  #quietMs = 0;

  constructor(parts: Parts, turnSilenceMs: number | undefined) {
    this.#parts = parts;
    this.#turnSilenceMs = turnSilenceMs || Infinity;
  }

  hear({ durationMs, levelDb }: CallerFrame): void {
    const isLoud = levelDb > loudDb;
    this.#quietMs = isLoud ? 0 : this.#quietMs + durationMs;
    if (isLoud) this.#loudMs += durationMs;
    else if (this.#quietMs >= pauseMs) this.#loudMs = 0;
  }

  /** Whether the caller speaks into silence, and the model has not said that it hears them. */
  isCallerUnnoticed(nowMs: number): boolean {
    const { playback, responses } = this.#parts;
    return this.#loudMs >= speechMs && playback.queuedMs(nowMs) === 0 && !responses.isBusy;
  }

  /** The same, or the caller waits for an answer, and hears nothing meanwhile; a tool may take its time. */
  isModelMissed(nowMs: number): boolean {
    const { playback, responses, tools } = this.#parts;
    const isAwaited = responses.isBusy && !responses.doesCallerSpeak && tools.runningCount === 0;
    return (isAwaited && playback.queuedMs(nowMs) === 0) || this.isCallerUnnoticed(nowMs);
  }

  /** A caller who has long been silent does not speak any more. */
  endTurn(nowMs: number): Effect[] {
    const { responses, callerTurn } = this.#parts;
    const isOver = responses.doesCallerSpeak && this.#quietMs >= this.#turnSilenceMs + lostWordMs;
    return isOver ? callerTurn.stopped(nowMs) : [];
  }
}
