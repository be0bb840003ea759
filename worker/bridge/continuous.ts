import { CallerEar } from "./caller-ear.ts";
import { CallerWords } from "./caller-words.ts";
import type { ContinuousResponses } from "./continuous-responses.ts";
import { Echo } from "./echo.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent, ModelAudio } from "./events.ts";
import { journal } from "./journal.ts";
import { instructionsFor } from "./options.ts";
import { PacedInput } from "./paced-input.ts";
import type { Cut, Playback } from "./playback.ts";
import type { CallerFrame, TurnPolicy } from "./turn-policy.ts";
import { isSilent, Utterances } from "./utterances.ts";

/** More than this waits at the phone only after a burst; the model's silence is not added to it (openai.md B4, item 2). */
const backlogMs = 100;
/** A model that is silent for this long, over a caller who speaks, has yielded: what still waits is not to be heard. */
const yieldedAfterMs = 300;
const worthClearingMs = 200;
/** The model is told of words that nobody heard, unless they were hardly any. */
const worthTellingMs = 1_000;
/** More of the past would make the model run ahead of the caller (openai.md B4, item 6). */
const replayMs = 2_000;
const silenceDb = -100;
const missingFrame = { payload: undefined, durationMs: 20, levelDb: silenceDb };

type Needs = {
  playback: Playback;
  responses: ContinuousResponses;
  nextCommandId: () => string;
  turnSilenceMs: number | undefined;
  /** What tells this session's items from those of another. */
  itemPrefix?: string;
};

/**
 * Turn policy for a model that listens while it speaks, reports nothing, and stops by itself. What is left to us is to
 * keep its clock running, to keep little waiting at the phone, and to find out what it does not say: when the caller
 * speaks, and where an utterance begins and ends (openai.md B4).
 */
export class Continuous implements TurnPolicy {
  readonly replayMs = replayMs;
  readonly #needs: Needs;
  readonly #input = new PacedInput();
  readonly #utterances: Utterances;
  readonly #callerWords: CallerWords;
  readonly #echo = new Echo();
  readonly #ear: CallerEar;
  /** Everything stands behind the item that began before it. */
  #lastItemId: string | undefined;
  /** An utterance that we have stopped: nothing of it may be played any more. */
  #hushedId: string | undefined;
  /** Where the last clear cut, until the phone has told, or time presses. */
  #unsettled: Cut[] | undefined;
  #isCallerThere = false;
  /** What was said before there was a phone comes in one heap, and keeps its pauses: it is not late. */
  #earlyId: string | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#utterances = new Utterances(needs.itemPrefix);
    this.#callerWords = new CallerWords(needs.itemPrefix);
    // Where the end of a turn is found by its meaning, no silence is set.
    this.#ear = new CallerEar(needs.turnSilenceMs || undefined);
  }

  perceive(event: BridgeEvent, nowMs: number): BridgeEvent[] {
    switch (event.type) {
      case "caller.audio":
        this.#isCallerThere = true;
        return [event, ...this.#listen(event, nowMs)];
      case "timer.fired": {
        // A line that sends nothing is silent: without this a turn would never end.
        const isMissing = event.timer === "caller-gap" && this.#input.isStarved(nowMs);
        return isMissing ? [event, ...this.#listen(missingFrame, nowMs)] : [event];
      }
      case "model.sound":
        return this.#utterances.sound(event).map((each) => this.#begun(each));
      case "model.words":
        return event.by === "agent" ? this.#utterances.words(event) : this.#callerSaid(event);
      default:
        return [event];
    }
  }

  begin(nowMs: number): Effect[] {
    return this.#input.begin(nowMs);
  }

  callerAudio(frame: CallerFrame, nowMs: number): Effect[] {
    return [...this.#input.take(frame, nowMs), ...this.#clearIfYielded(nowMs)];
  }

  replay(frames: readonly CallerFrame[], nowMs: number): Effect[] {
    return this.#input.replay(frames, nowMs);
  }

  callerGap(nowMs: number): Effect[] {
    return this.#input.look(nowMs);
  }

  speechStarted(): Effect[] {
    return [];
  }

  speechStopped(): Effect[] {
    return this.settle();
  }

  /** A model that cannot be cut is told in words what was not heard, if it was more than a few. */
  settle(cuts = this.#unsettled): Effect[] {
    if (this.#unsettled === undefined || cuts === undefined) return [];
    this.#unsettled = undefined;
    const { nextCommandId } = this.#needs;
    const truncated = cuts.map(({ itemId, audioEndMs }): Effect => {
      return { type: "model.truncate", commandId: nextCommandId(), itemId, audioEndMs };
    });
    const cutMs = cuts.reduce((sum, { sentMs, audioEndMs }) => sum + sentMs - audioEndMs, 0);
    const words = cuts.map(({ itemId, audioEndMs }) => this.#utterances.wordsAfter(itemId, audioEndMs));
    const unheard = words.join("").trim();
    if (cutMs <= worthTellingMs || unheard === "") return truncated;
    const text = instructionsFor.unheard(unheard);
    return [...truncated, { type: "model.add-text", commandId: nextCommandId(), by: "nobody", text }];
  }

  /** Whether the agent stops for the caller is the model's to decide: an "mm-hmm" does not stop it. */
  callerTakesTurn(): Effect[] {
    return [];
  }

  interrupt(_: string | undefined, nowMs: number): Effect[] {
    this.#hushedId = this.#utterances.currentId;
    return this.#clear(nowMs);
  }

  modelAudio({ itemId, payload, durationMs, levelsDb }: ModelAudio, nowMs: number): Effect[] {
    const { playback } = this.#needs;
    if (itemId === this.#hushedId) return [];
    const yielded = this.#clearIfYielded(nowMs);
    if (yielded.length > 0) return yielded;
    if (
      isSilent({ levelDb: levelsDb[0] ?? silenceDb }) &&
      playback.queuedMs(nowMs) > backlogMs &&
      itemId !== this.#earlyId
    ) {
      this.#utterances.leftOut(durationMs);
      return [];
    }
    const effects: Effect[] = [];
    if (playback.isSilent(nowMs)) effects.push({ type: "caller.mark", name: playback.probe(nowMs) });
    effects.push({ type: "caller.play", payload });
    this.#echo.sent({ levelsDb }, durationMs, nowMs + playback.queuedMs(nowMs));
    const mark = playback.sent(itemId, durationMs, nowMs);
    if (mark !== undefined) effects.push({ type: "caller.mark", name: mark });
    return effects;
  }

  modelAudioEnded(_: string, itemId: string): Effect[] {
    const silent = this.#needs.responses.agentFellSilent();
    const mark = itemId === this.#hushedId ? undefined : this.#needs.playback.ended(itemId);
    return [...(mark === undefined ? [] : [{ type: "caller.mark", name: mark } as const]), ...silent];
  }

  discard(responseId: string): void {
    this.#hushedId = responseId;
  }

  overflows(responseId: string): void {
    this.#hushedId = responseId;
  }

  gone(): Effect[] {
    const itemId = this.#utterances.currentId;
    const mark = itemId === undefined || itemId === this.#hushedId ? undefined : this.#needs.playback.ended(itemId);
    return [...this.settle(), ...(mark === undefined ? [] : [{ type: "caller.mark", name: mark } as const])];
  }

  #listen(frame: CallerFrame, nowMs: number): BridgeEvent[] {
    const found = this.#ear.hear(frame, this.#echo.loudestDb(nowMs, this.#needs.playback.roundTripMs));
    if (found === "started") return this.#speechStarted(this.#utterances.timeMs);
    if (found === undefined) return [];
    this.#callerWords.stopped(this.#utterances.timeMs);
    return [{ type: "model.speech-stopped" }];
  }

  #speechStarted(atMs: number): BridgeEvent[] {
    const itemId = this.#callerWords.started(atMs);
    const added = this.#inPlace({ type: "model.item-added", itemId, previousItemId: undefined, role: "caller" });
    return [added, { type: "model.speech-started", itemId }];
  }

  /** Words of a caller so quiet that nothing was noticed are a turn, too. */
  #callerSaid(words: Extract<BridgeEvent, { type: "model.words" }>): BridgeEvent[] {
    const known = this.#callerWords.add(words);
    if (known !== undefined) return [{ type: "model.caller-words", ...known }];
    const started = this.#speechStarted(words.startMs);
    this.#callerWords.stopped(words.startMs);
    const said = this.#callerWords.add(words);
    return [
      ...started,
      ...(said === undefined ? [] : [{ type: "model.caller-words", ...said } as const]),
      ...(this.#ear.isSpeaking ? [] : [{ type: "model.speech-stopped" } as const]),
    ];
  }

  #begun(event: BridgeEvent): BridgeEvent {
    if (event.type !== "model.item-added") return event;
    this.#needs.responses.agentSpeaks(event.itemId);
    if (!this.#isCallerThere) this.#earlyId = event.itemId;
    return this.#inPlace(event);
  }

  #inPlace(event: BridgeEvent): BridgeEvent {
    if (event.type !== "model.item-added") return event;
    const previousItemId = this.#lastItemId;
    this.#lastItemId = event.itemId;
    return { ...event, previousItemId };
  }

  /** The model has stopped for the caller: what still waits at the phone is not what it wanted heard. */
  #clearIfYielded(nowMs: number): Effect[] {
    const { playback, responses } = this.#needs;
    const hasYielded = this.#ear.isSpeaking && this.#utterances.quietMs >= yieldedAfterMs;
    if (!hasYielded || playback.queuedMs(nowMs) < worthClearingMs) return [];
    this.#utterances.cut();
    return [...this.#clear(nowMs), ...responses.agentFellSilent()];
  }

  #clear(nowMs: number): Effect[] {
    const roundTripMs = Math.round(this.#needs.playback.roundTripMs);
    const interruption = this.#needs.playback.interrupt(nowMs);
    this.#echo.cleared(nowMs);
    if (!interruption.wasPlaying) return [];
    const { cuts, mark } = interruption;
    const earlier = this.settle();
    this.#unsettled = cuts;
    return [
      { type: "caller.mark", name: mark },
      { type: "caller.clear" },
      ...earlier,
      ...(cuts.length === 0 ? [] : [journal({ kind: "barge-in", cuts, roundTripMs })]),
    ];
  }
}
