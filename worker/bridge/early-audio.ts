/** Longer than any model may take to get ready: more than this is kept for nobody. */
const keptMs = 15_000;

type Frame = { payload: string; durationMs: number };

/** What the caller said before the model was ready, in order; the oldest goes when it grows too long. */
export class EarlyAudio {
  #frames: Frame[] = [];
  #durationMs = 0;

  keep(frame: Frame): void {
    this.#frames.push(frame);
    this.#durationMs += frame.durationMs;
    while (this.#durationMs > keptMs) this.#dropOldest();
  }

  /** Hands everything over, oldest first, and forgets it. */
  take(): string[] {
    const payloads = this.#frames.map((frame) => frame.payload);
    this.#frames = [];
    this.#durationMs = 0;
    return payloads;
  }

  #dropOldest(): void {
    const oldest = this.#frames.shift();
    this.#durationMs -= oldest?.durationMs ?? 0;
  }
}
