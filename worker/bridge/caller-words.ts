import type { BridgeEvent } from "./events.ts";

type Words = Extract<BridgeEvent, { type: "model.words" }>;

/** Words come as late as this after the speech, or begin so much before we have noticed it. */
const slackMs = 400;
/** Words that are this far from any turn are a turn of their own. */
const farMs = 3_000;

type Turn = { itemId: string; startMs: number; endMs: number | undefined; text: string };

/** The caller's words, by turns: they come in pieces, late, and know no turn (openai.md B6). */
export class CallerWords {
  readonly #prefix: string;
  #count = 0;
  #turns: Turn[] = [];

  /** `prefix`: what tells its items from those of another session. */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  /** The caller was found to speak; gives the turn's item. */
  started(atMs: number): string {
    this.#count += 1;
    const itemId = `${this.#prefix}caller-${this.#count}`;
    this.#turns.push({ itemId, startMs: atMs, endMs: undefined, text: "" });
    return itemId;
  }

  stopped(atMs: number): void {
    const last = this.#turns.at(-1);
    if (last !== undefined) last.endMs ??= atMs;
  }

  /** More words; gives all of their turn so far. None is given where nobody was heard. */
  add({ text, startMs }: Words): { itemId: string; text: string } | undefined {
    const turn = this.#turns.findLast((each) => each.startMs - slackMs <= startMs);
    if (turn === undefined || startMs > (turn.endMs ?? startMs) + farMs) return undefined;
    turn.text += text;
    return { itemId: turn.itemId, text: turn.text.trim() };
  }
}
