import type { Effect } from "./effects.ts";
import type { TimerName } from "./timers.ts";

/** With the stream's close and the sentence after it, the caller hears something within five seconds. */
const deadlineMs = 4_000;
/** A model that was there may be had again in a while: the caller has heard a sentence by then. */
const lossDeadlineMs = 8_000;
/** How long to wait before each further try; after the last of them nobody will be had. */
const retryAfterMs = [0, 300, 1_000, 2_000];

/** A session that has lasted for so long was sound. */
const soundAfterMs = 10_000;
/** Losses that are further apart have nothing to do with each other. */
const inARowMs = 60_000;

type State =
  | { name: "none" }
  | { name: "opening"; sinceMs: number; configureId?: string }
  | { name: "ready"; sinceMs: number; heardFromAtMs: number; isProbed: boolean };

const setTimer = (timer: TimerName, afterMs: number): Effect => ({ type: "timer.set", timer, afterMs });
const clearTimer = (timer: TimerName): Effect => ({ type: "timer.clear", timer });

/**
 * The life of the model leg: it is dialled, gets its configuration, is ready, and may be lost; then it is dialled again, a
 * little later each time, until it has spoken again (openai.md A9: a session cannot be taken up again, so each is new).
 */
export class ModelLine {
  /** A model without a sign of life for so long is asked for one, and given up a little later. */
  readonly #silentMs: number | undefined;
  #state: State = { name: "none" };
  #lossesInARow = 0;
  #lostAtMs = Number.NEGATIVE_INFINITY;
  #isAwaited = false;
  #hasBeenReady: boolean;

  constructor(silentMs: number | undefined, hasBeenReady: boolean) {
    this.#silentMs = silentMs;
    this.#hasBeenReady = hasBeenReady;
  }

  get isReady(): boolean {
    return this.#state.name === "ready";
  }

  /** Whether there is one, or is being dialled. */
  get isThere(): boolean {
    return this.#state.name !== "none";
  }

  /** Whether there was one in this call: then there may be another. */
  get hasBeenReady(): boolean {
    return this.#hasBeenReady;
  }

  /** Dials, unless that is done. */
  open(nowMs: number): Effect[] {
    if (this.#state.name !== "none") return [];
    this.#state = { name: "opening", sinceMs: nowMs };
    return [{ type: "model.open" }];
  }

  /** Somebody waits for it: from the first time on, for so long and no longer. */
  awaited(): Effect[] {
    if (this.isReady || this.#isAwaited) return [];
    this.#isAwaited = true;
    return [setTimer("model-deadline", this.#hasBeenReady ? lossDeadlineMs : deadlineMs)];
  }

  /** Nobody waits for it any more. */
  unawaited(): Effect[] {
    this.#isAwaited = false;
    return [clearTimer("model-deadline"), clearTimer("model-moment")];
  }

  /** Its session is there, and wants to be configured by this command. Whether it is one that was dialled. */
  opened(commandId: string): boolean {
    if (this.#state.name !== "opening") return false;
    this.#state.configureId = commandId;
    return true;
  }

  /** Whether this command has configured the session that is being opened. */
  isConfiguredBy(commandId: string): boolean {
    return this.#state.name === "opening" && this.#state.configureId === commandId;
  }

  /** It may be talked with; gives the orders, and since when it was waited for. */
  ready(nowMs: number): { effects: Effect[]; sinceMs: number } | undefined {
    if (this.#state.name !== "opening") return undefined;
    const { sinceMs } = this.#state;
    this.#state = { name: "ready", sinceMs: nowMs, heardFromAtMs: nowMs, isProbed: false };
    this.#hasBeenReady = true;
    return { effects: [...this.unawaited(), clearTimer("model-retry"), ...this.#watch()], sinceMs };
  }

  /** Another session has taken the place of the one that was. */
  swapped(nowMs: number): Effect[] {
    this.#state = { name: "ready", sinceMs: nowMs, heardFromAtMs: nowMs, isProbed: false };
    return this.#watch();
  }

  /** Anything has come from it. */
  heardFrom(nowMs: number): void {
    if (this.#state.name === "ready") Object.assign(this.#state, { heardFromAtMs: nowMs, isProbed: false });
  }

  /** It speaks: whatever was before, it works, unless it is about to be lost like the one before it. */
  spoke(nowMs: number): void {
    if (this.#state.name === "ready" && nowMs - this.#state.sinceMs >= soundAfterMs) this.#lossesInARow = 0;
  }

  /**
   * It is time to look whether it is still there. A socket may be dead and say nothing, and what is sent to it then
   * piles up: so a silent model is asked for a word (cloudflare.md 8). `stalled`: it has not said it.
   */
  watched(commandId: string, nowMs: number): Effect[] | "stalled" {
    if (this.#state.name !== "ready" || this.#silentMs === undefined) return [];
    const { heardFromAtMs, isProbed } = this.#state;
    if (isProbed) return "stalled";
    const leftMs = heardFromAtMs + this.#silentMs - nowMs;
    if (leftMs > 0) return [setTimer("model-watch", leftMs)];
    this.#state.isProbed = true;
    return [{ type: "model.probe", commandId }, setTimer("model-watch", probeAnswerMs)];
  }

  /** The caller is unheard, or waits: if it says nothing else either, it is asked for a word at once. */
  doubted(nowMs: number, commandId: () => string): Effect[] {
    if (this.#state.name !== "ready" || this.#silentMs === undefined || this.#state.isProbed) return [];
    if (nowMs - this.#state.heardFromAtMs < doubtedAfterMs) return [];
    this.#state.isProbed = true;
    return [{ type: "model.probe", commandId: commandId() }, setTimer("model-watch", probeAnswerMs)];
  }

  /** It is let go, or gone, and nobody needs it now. */
  gone(): Effect[] {
    return [...this.unawaited(), ...this.#closed()];
  }

  /** It is gone, and needed: the orders to have it again, unless that is hopeless. `isMeant`: it does not want to go on. */
  lost(isMeant: boolean, nowMs: number): { effects: Effect[]; isHopeless: boolean } {
    // Another model may be had in its place, at once, or none.
    const weight = isMeant && this.isReady ? retryAfterMs.length : 1;
    const closed = this.#closed();
    if (nowMs - this.#lostAtMs > inARowMs) this.#lossesInARow = 0;
    this.#lostAtMs = nowMs;
    const afterMs = retryAfterMs[this.#lossesInARow];
    this.#lossesInARow += weight;
    if (afterMs === undefined) return { effects: closed, isHopeless: true };
    const again = afterMs === 0 ? this.open(nowMs) : [setTimer("model-retry", afterMs)];
    return { effects: [...closed, ...again], isHopeless: false };
  }

  #watch(): Effect[] {
    return this.#silentMs === undefined ? [] : [setTimer("model-watch", this.#silentMs)];
  }

  #closed(): Effect[] {
    this.#state = { name: "none" };
    return [{ type: "model.close" }, clearTimer("model-retry"), clearTimer("model-watch")];
  }
}

/** The way there and back, and some patience. */
const probeAnswerMs = 2_000;
/** A model notices speech sooner than this. */
const doubtedAfterMs = 1_500;
