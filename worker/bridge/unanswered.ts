import type { CallerFrame } from "./turn-policy.ts";

/** Longer than any model may take to get ready: more than this is kept for nobody. */
const keptMs = 15_000;
/** Speech begins a good while before it is noticed. */
const prefixMs = 1_500;

/**
 * What the caller has said and nobody has answered, as audio: a model that is not ready yet hears it when it is, and
 * one that takes over in the middle hears the caller's turn from its beginning.
 */
export class Unanswered {
  #frames: CallerFrame[] = [];
  #durationMs = 0;
  #itemIds = new Set<string>();
  #isKeeping = true;

  /** The items that the caller's turn is in, if somebody has heard it. */
  get itemIds(): ReadonlySet<string> {
    return this.#itemIds;
  }

  /** A frame of the caller; gives how much of the oldest was let go that should have been kept. */
  keep(frame: CallerFrame): number {
    this.#frames.push(frame);
    this.#durationMs += frame.durationMs;
    const droppedMs = this.#trim(this.#isKeeping ? keptMs : prefixMs);
    return this.#isKeeping ? droppedMs : 0;
  }

  /** The model hears the caller begin to speak. */
  turnBegan(itemId: string): void {
    this.#isKeeping = true;
    this.#itemIds.add(itemId);
  }

  /** The caller has an answer. */
  answered(): void {
    this.#isKeeping = false;
    this.#itemIds.clear();
    this.#trim(0);
  }

  /** There is nobody to hear the caller for the moment: everything is kept. */
  keepAll(): void {
    this.#isKeeping = true;
  }

  /** Hands over the newest `mostMs` of it, oldest first, and how much it leaves out. It stays unanswered. */
  replay(mostMs: number): { frames: CallerFrame[]; leftOutMs: number } {
    const leftOutMs = this.#trim(mostMs);
    return { frames: [...this.#frames], leftOutMs };
  }

  #trim(mostMs: number): number {
    const beforeMs = this.#durationMs;
    let count = 0;
    for (; this.#durationMs > mostMs; count += 1) this.#durationMs -= this.#frames[count]?.durationMs ?? Infinity;
    if (count > 0) this.#frames.splice(0, count);
    return beforeMs - this.#durationMs;
  }
}
