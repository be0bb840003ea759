import type { Effect } from "./effects.ts";
import { journal } from "./journal.ts";
import type { Cut, Playback } from "./playback.ts";
import type { CallerFrame, TurnPolicy } from "./turn-policy.ts";
import type { BridgeEvent, ModelAudio } from "./events.ts";

/** Looked at this often while the caller speaks, and padded when no frame has come for this long (openai.md A5). */
const gapCheckMs = 250;
const gapToleranceMs = 750;

/** What the model believes it said of a response that was cut: `keptMs` of each item, once it has been told. */
type Discarded = { toldItemIds: Set<string>; openItem: { itemId: string; keptMs: number } | undefined };

/**
 * Turn policy for a model that reports the caller's speech ("server VAD"). When the agent is interrupted, everything
 * on our side is left to do: drop what the phone has not played, make the model forget what was not heard, and drop
 * what of the cut response is still on the way (openai.md A5).
 */
export class ServerVad implements TurnPolicy {
  readonly replayMs = Number.POSITIVE_INFINITY;
  readonly #playback: Playback;
  readonly #nextCommandId: () => string;
  /** Responses that were cut, for good: nothing of them may be played, whenever it comes. */
  readonly #discarded = new Map<string, Discarded>();
  readonly #responseOf = new Map<string, string>();
  /** Where the last interruption cut, by all that is known here, until the phone has told, or time presses. */
  #unsettled: Cut[] | undefined;
  #callerSpeaks = false;
  #lastFrameAtMs = 0;
  #current: { responseId: string; itemId: string } | undefined;

  constructor(playback: Playback, nextCommandId: () => string) {
    this.#playback = playback;
    this.#nextCommandId = nextCommandId;
  }

  /** It reports everything itself. */
  perceive(event: BridgeEvent): BridgeEvent[] {
    return [event];
  }

  begin(): Effect[] {
    return [];
  }

  callerAudio({ payload, durationMs }: CallerFrame, nowMs: number): Effect[] {
    this.#lastFrameAtMs = nowMs;
    return [
      payload === undefined ? { type: "model.append-silence", durationMs } : { type: "model.append-audio", payload },
    ];
  }

  replay(frames: readonly CallerFrame[], nowMs: number): Effect[] {
    return frames.flatMap((frame) => this.callerAudio(frame, nowMs));
  }

  /** Audio of the model: onto the phone, unless it belongs to a response that was cut. */
  modelAudio({ responseId, itemId, payload, durationMs }: ModelAudio, nowMs: number): Effect[] {
    const discarded = this.#discarded.get(responseId);
    if (discarded) return this.#drop(discarded, itemId);
    this.#current = { responseId, itemId };
    this.#responseOf.set(itemId, responseId);
    const effects: Effect[] = [];
    if (this.#playback.isSilent(nowMs)) effects.push({ type: "caller.mark", name: this.#playback.probe(nowMs) });
    effects.push({ type: "caller.play", payload });
    const mark = this.#playback.sent(itemId, durationMs, nowMs);
    if (mark !== undefined) effects.push({ type: "caller.mark", name: mark });
    return effects;
  }

  /** The item has no more audio: its last mark. */
  modelAudioEnded(responseId: string, itemId: string): Effect[] {
    if (this.#discarded.has(responseId)) return [];
    const mark = this.#playback.ended(itemId);
    return mark === undefined ? [] : [{ type: "caller.mark", name: mark }];
  }

  /** The model hears the caller: from now on missing audio is looked for. */
  speechStarted(nowMs: number): Effect[] {
    this.#callerSpeaks = true;
    this.#lastFrameAtMs = nowMs;
    return [{ type: "timer.set", timer: "caller-gap", afterMs: gapCheckMs }];
  }

  /** Whoever means to speak interrupts the agent. */
  callerTakesTurn(activeResponseId: string | undefined, nowMs: number): Effect[] {
    return this.interrupt(activeResponseId, nowMs);
  }

  /**
   * The agent is interrupted. `clear` leaves at once, also when the model finished generating long ago: what counts is
   * what the phone still plays. `activeResponseId` is the response being generated, which is cancelled.
   */
  interrupt(activeResponseId: string | undefined, nowMs: number): Effect[] {
    const roundTripMs = Math.round(this.#playback.roundTripMs);
    const openItem = this.#openItem();
    const interruption = this.#playback.interrupt(nowMs);
    const cuts = interruption.wasPlaying ? interruption.cuts : [];
    const cutResponseIds = cuts.map(({ itemId }) => this.#responseOf.get(itemId));
    const toldItemIds = new Set(cuts.map(({ itemId }) => itemId));
    for (const responseId of [activeResponseId, this.#current?.responseId, ...cutResponseIds])
      if (responseId !== undefined) this.#discarded.set(responseId, { toldItemIds, openItem });
    this.#current = undefined;
    this.#responseOf.clear();
    if (!interruption.wasPlaying) return [];
    const earlier = this.settle();
    this.#unsettled = cuts;
    return [
      { type: "caller.mark", name: interruption.mark },
      { type: "caller.clear" },
      ...earlier,
      ...(cuts.length === 0 ? [] : [journal({ kind: "barge-in", cuts, roundTripMs })]),
    ];
  }

  /**
   * Tells the model where the last interruption cut: where the phone says, or where it is reckoned to be when the phone
   * says nothing and the model is about to be asked.
   */
  settle(cuts = this.#unsettled): Effect[] {
    if (this.#unsettled === undefined || cuts === undefined) return [];
    this.#unsettled = undefined;
    return cuts.map((cut) => this.#truncate(cut));
  }

  /** Nothing of this response may be played: it was cancelled before it said a word. */
  discard(responseId: string): void {
    this.#discarded.set(responseId, { toldItemIds: new Set(), openItem: undefined });
  }

  overflows(responseId: string): void {
    this.#discarded.set(responseId, { toldItemIds: new Set(), openItem: this.#openItem() });
  }

  speechStopped(): Effect[] {
    this.#callerSpeaks = false;
    return [{ type: "timer.clear", timer: "caller-gap" }, ...this.settle()];
  }

  /**
   * The model ends the caller's turn by hearing silence. A phone on hold or a lossy line sends nothing at all, and
   * the turn would never end: so missing audio is appended as silence, up to now.
   */
  callerGap(nowMs: number): Effect[] {
    if (!this.#callerSpeaks) return [];
    const again: Effect = { type: "timer.set", timer: "caller-gap", afterMs: gapCheckMs };
    const missingMs = Math.round(nowMs - this.#lastFrameAtMs);
    if (missingMs < gapToleranceMs) return [again];
    this.#lastFrameAtMs = nowMs;
    return [
      { type: "model.append-silence", durationMs: missingMs },
      { type: "journal.append", entry: { kind: "caller.gap-filled", durationMs: missingMs } },
      again,
    ];
  }

  /** The model is gone: the item that it was saying has no more audio. */
  gone(): Effect[] {
    const settled = this.settle();
    const { responseId, itemId } = this.#current ?? {};
    if (responseId === undefined || itemId === undefined) return settled;
    return [...settled, ...this.modelAudioEnded(responseId, itemId)];
  }

  /** What was sent last: the model may still be adding to it. */
  #openItem(): Discarded["openItem"] {
    if (this.#current === undefined) return undefined;
    const { itemId } = this.#current;
    return { itemId, keptMs: Math.floor(this.#playback.sentOf(itemId)) };
  }

  /** A late delta of a cut response. If the model was not told about its item yet, it is told now: once an item. */
  #drop(discarded: Discarded, itemId: string): Effect[] {
    if (discarded.toldItemIds.has(itemId)) return [];
    discarded.toldItemIds.add(itemId);
    const keptMs = discarded.openItem?.itemId === itemId ? discarded.openItem.keptMs : 0;
    return [this.#truncate({ itemId, audioEndMs: keptMs, sentMs: keptMs })];
  }

  #truncate({ itemId, audioEndMs }: Cut): Effect {
    return { type: "model.truncate", commandId: this.#nextCommandId(), itemId, audioEndMs };
  }
}
