import type { BridgeEvent, ModelSound } from "./events.ts";

type Words = Extract<BridgeEvent, { type: "model.words" }>;

/** Quieter than this the model is silent: its own silence is digital zero but for a tick (openai.md B4). */
const silentDb = -60;
/** After so much silence it has said what it wanted to say. */
const overAfterMs = 800;
/** Words belong to an utterance that begins no later than this after them. */
const slackMs = 100;
/** Words older than so many utterances never come. */
const remembered = 8;

/** `startMs` is on the session's own time. Of silence that was left out, the phone got nothing. */
type Utterance = { itemId: string; startMs: number; leftOut: { atMs: number; durationMs: number }[]; words: Spoken[] };
type Spoken = { text: string; atMs: number };

export const isSilent = ({ levelDb }: { levelDb: number }): boolean => levelDb <= silentDb;

/**
 * What the model says, cut into items: one that never stops sending has none, and says of its words only when they are
 * spoken. Its own time is the audio that it has sent (openai.md B4).
 */
export class Utterances {
  readonly #prefix: string;
  #timeMs = 0;
  #quietMs = 0;
  #count = 0;
  #current: Utterance | undefined;
  #past: Utterance[] = [];
  /** Words that have come before their sound. */
  #early: Words[] = [];

  /** `prefix`: what tells its items from those of another session. */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  /** How long the model has been silent. */
  get quietMs(): number {
    return this.#quietMs;
  }

  /** The session's time, as far as it has come. */
  get timeMs(): number {
    return this.#timeMs;
  }

  get currentId(): string | undefined {
    return this.#current?.itemId;
  }

  /** More of what the model sends. Silence between utterances is nothing at all. */
  sound(sound: ModelSound): BridgeEvent[] {
    const startMs = this.#timeMs;
    this.#timeMs += sound.durationMs;
    this.#quietMs = isSilent(sound) ? this.#quietMs + sound.durationMs : 0;
    if (this.#current === undefined && this.#quietMs > 0) return [];
    const begun = this.#current === undefined ? this.#begin(startMs) : [];
    const { itemId } = this.#current ?? { itemId: "" };
    const { payload, durationMs, levelDb } = sound;
    const audio: BridgeEvent = {
      type: "model.audio",
      responseId: itemId,
      itemId,
      payload,
      durationMs,
      levelsDb: [levelDb],
    };
    return [...begun, audio, ...(this.#quietMs >= overAfterMs ? this.#end() : [])];
  }

  /** Words of the model. */
  words(words: Words): BridgeEvent[] {
    const of = this.#past.findLast(({ startMs }) => startMs <= words.startMs + slackMs);
    if (of !== undefined) return [this.#put(of, words)];
    this.#early.push(words);
    return [];
  }

  /** Silence of the utterance did not go to the phone. */
  leftOut(durationMs: number): void {
    this.#current?.leftOut.push({ atMs: this.#timeMs - durationMs, durationMs });
  }

  /** The rest of the utterance will not be heard: what the model says from now on is another one. */
  cut(): void {
    this.#current = undefined;
  }

  /** The words of an utterance that begin after so much of its audio. */
  wordsAfter(itemId: string, audioMs: number): string {
    const { words = [] } = this.#past.find((utterance) => utterance.itemId === itemId) ?? {};
    return words.flatMap(({ text, atMs }) => (atMs >= audioMs ? text : [])).join("");
  }

  #begin(startMs: number): BridgeEvent[] {
    this.#count += 1;
    const begun: Utterance = { itemId: `${this.#prefix}utterance-${this.#count}`, startMs, leftOut: [], words: [] };
    this.#current = begun;
    this.#past = [...this.#past, begun].slice(-remembered);
    const { itemId } = begun;
    const added: BridgeEvent = { type: "model.item-added", itemId, previousItemId: undefined, role: "agent" };
    return [added, ...this.#early.splice(0).map((words) => this.#put(begun, words))];
  }

  #end(): BridgeEvent[] {
    const itemId = this.#current?.itemId ?? "";
    this.#current = undefined;
    return [{ type: "model.audio-ended", responseId: itemId, itemId }];
  }

  #put(of: Utterance, { text, startMs }: Words): BridgeEvent {
    const leftOutMs = of.leftOut.reduce((sum, { atMs, durationMs }) => (atMs < startMs ? sum + durationMs : sum), 0);
    const atMs = Math.max(0, startMs - of.startMs - leftOutMs);
    of.words.push({ text, atMs });
    return { type: "model.agent-words", itemId: of.itemId, text, atMs };
  }
}
