/** Quieter than this nobody speaks; louder than that somebody does, however loud the line itself may be. */
const thresholdDb = { least: -45, most: -25 };
/** A voice stands out of its line's noise by so much. */
const marginDb = 10;
/** The noise is the quietest of what is heard: it is learned fast, and forgotten at a decibel a second. */
const floor = { startDb: -60, fallShare: 0.2, riseDbPerMs: 0.001 };
/** So much voice within so many frames is speech: a click is shorter (160 ms, of which 100). */
const onset = { frames: 8, voicedFrames: 5 };
/** A speakerphone gives back what it plays at least this much quieter; a caller beside it is louder than that. */
const echoLossDb = 10;

/** The silence that ends a turn, unless told otherwise. */
const defaultSilenceMs = 500;

/**
 * Finds the caller's speech by its level, for a model that reports none. The threshold follows the line: a fixed one is
 * deaf to a quiet caller, or hears a room that hums (openai.md 10, 13).
 */
export class CallerEar {
  readonly #silenceMs: number;
  #floorDb = floor.startDb;
  #recent: boolean[] = [];
  #quietMs = 0;
  #isSpeaking = false;

  constructor(silenceMs = defaultSilenceMs) {
    this.#silenceMs = silenceMs;
  }

  /** Whether the caller is in the middle of a turn; pauses belong to it. */
  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** Listens to a frame in which `echoDb` of the agent may come back. */
  hear(
    { levelDb, durationMs }: { levelDb: number; durationMs: number },
    echoDb: number,
  ): "started" | "stopped" | undefined {
    this.#learn(levelDb, durationMs);
    const isVoiced = levelDb > Math.max(this.#thresholdDb(), echoDb - echoLossDb);
    this.#recent = [...this.#recent, isVoiced].slice(-onset.frames);
    this.#quietMs = isVoiced ? 0 : this.#quietMs + durationMs;
    if (!this.#isSpeaking && this.#recent.filter(Boolean).length >= onset.voicedFrames) {
      this.#isSpeaking = true;
      return "started";
    }
    if (!this.#isSpeaking || this.#quietMs < this.#silenceMs) return undefined;
    this.#isSpeaking = false;
    return "stopped";
  }

  #thresholdDb(): number {
    return Math.min(thresholdDb.most, Math.max(thresholdDb.least, this.#floorDb + marginDb));
  }

  #learn(levelDb: number, durationMs: number): void {
    if (levelDb < this.#floorDb) this.#floorDb += (levelDb - this.#floorDb) * floor.fallShare;
    else this.#floorDb = Math.min(levelDb, this.#floorDb + durationMs * floor.riseDbPerMs);
  }
}
