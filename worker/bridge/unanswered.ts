import type { CallerFrame } from "./turn-policy.ts";

/** Longer than any model may take to get ready: more than this is kept for nobody. */
const keptMs = 15_000;
/** Speech begins a good while before it is noticed. */
const prefixMs = 1_500;
/** … but by a model that hears it within this time. */
const noticedMs = 400;
const noItems: ReadonlySet<string> = new Set();

/**
 * What the caller has said and nobody has answered, as audio: a model that is not ready yet hears it when it is, and
 * one that takes over in the middle hears the caller's turn from its beginning.
 */
export class Unanswered {
  #frames: CallerFrame[] = [];
  #durationMs = 0;
  #itemIds = new Set<string>();
  #isKeeping = true;
  /** How long ago the turn began, and how much of it was let go. */
  #turnMs = 0;
  #droppedMs = 0;
  /** Somebody else hears the turn anew. */
  #isHeardAgain = false;

  /** The items that the caller's turn is in, if somebody has heard it. */
  get itemIds(): ReadonlySet<string> {
    return this.#itemIds;
  }

  keep(frame: CallerFrame): void {
    this.#frames.push(frame);
    this.#durationMs += frame.durationMs;
    if (this.#itemIds.size > 0) this.#turnMs += frame.durationMs;
    const droppedMs = this.#trim(this.#isKeeping ? keptMs : prefixMs);
    if (this.#isKeeping) this.#droppedMs += droppedMs;
  }

  /**
   * The model hears the caller begin to speak. Gives the items of the turn as it was heard before, by another session:
   * this is the same again.
   */
  turnBegan(itemId: string): ReadonlySet<string> {
    const heardBefore = this.#isHeardAgain ? this.#itemIds : noItems;
    if (this.#isHeardAgain || this.#itemIds.size === 0) this.#turnMs = 0;
    if (this.#isHeardAgain) this.#itemIds = new Set();
    this.#isHeardAgain = false;
    this.#isKeeping = true;
    this.#itemIds.add(itemId);
    return heardBefore;
  }

  /** The caller has an answer, or was told in words: nothing of it has to be heard again. */
  answered(): void {
    this.#isKeeping = false;
    this.#isHeardAgain = false;
    this.#itemIds.clear();
    this.#droppedMs = 0;
    this.#trim(0);
  }

  /** It was no turn: a cough. */
  passed(): void {
    this.#isKeeping = false;
    this.#itemIds.clear();
  }

  /** Whether all of the turn is among the newest `mostMs`. */
  isWhole(mostMs: number): boolean {
    return this.#itemIds.size === 0 || this.#turnMs + noticedMs <= Math.min(mostMs, keptMs);
  }

  /** There is nobody to hear the caller for the moment: everything is kept. */
  keepAll(): void {
    this.#isKeeping = true;
  }

  /** Hands over the newest `mostMs` of it, oldest first, and how much it leaves out. It stays unanswered. */
  replay(mostMs: number): { frames: CallerFrame[]; leftOutMs: number } {
    const leftOutMs = this.#droppedMs + this.#trim(mostMs);
    this.#droppedMs = 0;
    this.#isHeardAgain = this.#itemIds.size > 0;
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
