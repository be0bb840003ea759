/** How many frames the mean goes back: four seconds, within which two clocks do not drift apart by a millisecond. */
const meanOverFrames = 200;
/** A frame this far from where it was expected is no jitter: the line stalled, or its stamps mean nothing. */
const implausibleMs = 150;

/**
 * When messages of the phone company would have come without the network's jitter. Each frame of the caller carries
 * the stream's own time; the mean of what lies between it and our clock is the way here, and what is left is jitter.
 */
export class StreamClock {
  #offsetMs = 0;
  #frameCount = 0;
  #lastTimestampMs: number | undefined;

  /** A frame stamped `timestampMs` (of the stream) has come. */
  frame(timestampMs: number, nowMs: number): void {
    const offsetMs = nowMs - timestampMs;
    if (!Number.isFinite(offsetMs)) return;
    const isImplausible = Math.abs(offsetMs - this.#offsetMs) > implausibleMs;
    this.#frameCount = isImplausible ? 1 : Math.min(this.#frameCount + 1, meanOverFrames);
    this.#offsetMs += (offsetMs - this.#offsetMs) / this.#frameCount;
    this.#lastTimestampMs = timestampMs;
  }

  /** The stream's own time of the newest frame; NaN before the first that has one. */
  get newestMs(): number {
    return this.#lastTimestampMs ?? Number.NaN;
  }

  /** When a message that comes now, just after the last frame, would have come without jitter. */
  arrivalMs(nowMs: number): number {
    if (this.#lastTimestampMs === undefined) return nowMs;
    const arrivalMs = this.#lastTimestampMs + this.#offsetMs;
    return Math.abs(arrivalMs - nowMs) > implausibleMs ? nowMs : arrivalMs;
  }
}
