import type { CallerFrame } from "./turn-policy.ts";

/** Longer than any model may take to get ready: more than this is kept for nobody. */
const keptMs = 15_000;

/** What the caller said before the model was ready, in order; the oldest goes when it grows too long. */
export class EarlyAudio {
  #frames: CallerFrame[] = [];
  #durationMs = 0;

  keep(frame: CallerFrame): void {
    this.#frames.push(frame);
    this.#durationMs += frame.durationMs;
    while (this.#durationMs > keptMs) this.#dropOldest();
  }

  /** Hands everything over, oldest first, and forgets it. */
  take(): CallerFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#durationMs = 0;
    return frames;
  }

  #dropOldest(): void {
    const oldest = this.#frames.shift();
    this.#durationMs -= oldest?.durationMs ?? 0;
  }
}
