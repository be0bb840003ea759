import type { Effect } from "./effects.ts";
import type { BridgeEvent } from "./events.ts";
import { type JournalEntry, journal } from "./journal.ts";
import type { CallMemory, CallState } from "./memory.ts";
import { type Line, Transcript, type TranscriptEntry, entryOf } from "./transcript.ts";
import { TurnFigures } from "./turn-figures.ts";
import { addUsage, noUsage } from "./usage.ts";

/** Where the next audio will be heard: after what is queued, and after the way to the phone. */
export type Outlook = { queuedMs: number; roundTripMs: number };

/**
 * The minutes of a call: what was said and heard, how long the caller waited, what it cost. Taken by listening to
 * what happens and to what is ordered; nothing depends on them.
 */
export class Minutes {
  readonly #transcript: Transcript;
  readonly #figures = new TurnFigures();
  /** How long a silence must be to end the caller's turn: the caller waits through it, too. */
  readonly #turnSilenceMs: number;
  /** What the agent says, and what it went on saying while the caller spoke. */
  #agentItemId: string | undefined;
  #talkedOnItemId: string | undefined;
  #usage = noUsage;
  /** In dollars; `undefined` once a response's price is not known. */
  #costUsd: number | undefined = 0;
  /** The time of a session that is billed by it. */
  #meter: Meter = noTime;
  /** The time of the sessions before it. */
  #past: Omit<Meter, "isFinal"> = noTime;
  #isBilled = false;
  /** The keys that the model was told last. */
  #keysTold: string | undefined;

  constructor(turnSilenceMs: number, memory?: CallMemory) {
    this.#turnSilenceMs = turnSilenceMs;
    this.#transcript = new Transcript(memory?.lines);
    this.#usage = memory?.tokens ?? noUsage;
    this.#costUsd = memory === undefined ? 0 : memory.costUsd;
  }

  /** What it has come to so far. */
  get bill(): Pick<CallState, "tokens" | "costUsd"> {
    return { tokens: this.#usage, costUsd: sum(this.#costUsd, this.#timeBilled.costUsd) };
  }

  /** All that was said, in its order. */
  get lines(): readonly Line[] {
    return this.#transcript.lines;
  }

  /** The lines that have changed since this was last asked, and those that are being heard. */
  takeChangedLines(playing: ReadonlyMap<string, number>): Line[] {
    return this.#transcript.takeChanged(playing);
  }

  /** It is said again, in another item. */
  forget(itemId: string): void {
    this.#transcript.forget(itemId);
  }

  /** What of an item the caller did not hear. */
  unheardOf(itemId: string): string {
    const line = this.lines.find((each) => each.itemId === itemId);
    return (line && entryOf(line)?.unheardText) ?? "";
  }

  /** Another session begins: what is billed by time is billed by the session. */
  modelChanged(): void {
    this.#past = this.#timeBilled;
    this.#meter = noTime;
  }

  /** The conversation as it was heard. */
  get transcript(): TranscriptEntry[] {
    return this.#transcript.entries();
  }

  /** Takes down an event and the orders that followed from it; gives the lines that they complete. */
  take(event: BridgeEvent, effects: readonly Effect[], outlook: Outlook, nowMs: number): Effect[] {
    this.#hear(event);
    if (event.type === "model.audio") this.#agentItemId = event.itemId;
    for (const effect of effects) this.#see(effect, outlook, nowMs);
    return effects.some(isTurnTaken) ? this.#turnEnded() : [];
  }

  /** The call is over: its last turn, and all figures. */
  close(): Effect[] {
    const lastTurn = this.#turnEnded();
    return [...lastTurn, journal({ kind: "call.figures", ...this.#figures.summary(), ...this.bill })];
  }

  /** The model leg ends after the call: what it says of its time now is the bill; a leg that is lost said it before. */
  modelLeft(event: LegEnd): Effect[] {
    if (event.type === "model.metered") this.#meter = later(this.#meter, event);
    const isOver = event.type !== "model.metered" || event.isFinal;
    if (!isOver || this.#isBilled || this.#timeBilled.seconds === 0) return [];
    this.#isBilled = true;
    return [journal({ kind: "model.billed", ...this.#timeBilled, isConfirmed: this.#meter.isFinal })];
  }

  /** The time of all sessions. */
  get #timeBilled(): Omit<Meter, "isFinal"> {
    const { seconds, costUsd } = this.#meter;
    return { seconds: this.#past.seconds + seconds, costUsd: sum(this.#past.costUsd, costUsd) };
  }

  #turnEnded(): Effect[] {
    const turn = this.#figures.turnEnded();
    return turn === undefined ? [] : [journal({ kind: "turn", ...turn })];
  }

  #hear(event: BridgeEvent): void {
    switch (event.type) {
      case "model.speech-started":
        return this.#transcript.callerSpoke(event.itemId);
      case "model.item-added":
        return this.#transcript.itemAdded(event.itemId, event.previousItemId, event.role);
      case "model.caller-words":
        if (event.text === undefined) return this.#transcript.callerFailed(event.itemId);
        return this.#transcript.callerWords(event.itemId, event.text);
      case "model.agent-words":
        return this.#transcript.agentWords(event.itemId, event.text, event.atMs);
      case "model.audio":
        return this.#transcript.agentAudio(event.itemId, event.durationMs);
      case "model.usage":
        this.#usage = addUsage(this.#usage, event.tokens ?? noUsage);
        this.#costUsd = sum(this.#costUsd, event.costUsd);
        return;
      case "model.metered":
        this.#meter = later(this.#meter, event);
        return;
      default:
    }
  }

  #see(effect: Effect, { queuedMs, roundTripMs }: Outlook, nowMs: number): void {
    switch (effect.type) {
      case "caller.play":
        // An agent who has talked on over the caller does not answer by going on.
        if (this.#agentItemId === this.#talkedOnItemId) return;
        this.#figures.agentAudioSent(nowMs);
        return this.#figures.agentFirstHeard(nowMs + queuedMs + roundTripMs / 2);
      case "model.truncate":
        return this.#transcript.cut(effect.itemId, effect.audioEndMs);
      case "model.delete-item":
        return this.#transcript.forget(effect.itemId);
      case "model.add-text":
        if (effect.by === "agent") this.#transcript.agentSaid(effect.text);
        if (effect.by === "caller") this.#keysTold = effect.text;
        return;
      case "tool.run": {
        const { toolCallId, name } = effect;
        return this.#transcript.toolCalled({ toolCallId, name, arguments: effect.arguments });
      }
      case "model.add-tool-output":
        return this.#transcript.toolAnswered(effect.toolCallId, effect.output);
      case "model.recall":
        for (const item of effect.items)
          if (item.what === "tool") this.#transcript.toolAnswered(item.tool.toolCallId, item.tool.output);
        return;
      case "journal.append":
        return this.#read(effect.entry, nowMs);
      default:
    }
  }

  #read(entry: JournalEntry, nowMs: number): void {
    switch (entry.kind) {
      case "caller.speech-started":
        return this.#figures.callerStarted(nowMs);
      case "caller.speech-stopped":
        this.#talkedOnItemId = this.#agentItemId;
        return this.#figures.callerStopped(nowMs, this.#turnSilenceMs);
      case "playback.heard":
        return this.#transcript.heardInFull(entry.itemId);
      case "barge-in":
        return this.#figures.interrupted(
          nowMs,
          entry.cuts.reduce((cutMs, { sentMs, audioEndMs }) => cutMs + sentMs - audioEndMs, 0),
        );
      case "tool.finished":
        return this.#figures.toolRan(entry.durationMs);
      case "caller.keys":
        return this.#transcript.note(`${entry.count} keys pressed`, this.#keysTold);
      case "caller.back":
        return entry.wasLost
          ? this.#transcript.note(`the line was interrupted for ${Math.ceil(entry.afterMs / 1000)} s`)
          : undefined;
      default:
    }
  }
}

const isTurnTaken = (effect: Effect): boolean =>
  effect.type === "journal.append" && effect.entry.kind === "caller.speech-started";

/** What is still told of a model leg when the call is over. */
export type LegEnd = Extract<BridgeEvent, { type: "model.metered" | "model.failed" | "model.closed" }>;

export const isLegEnd = (event: BridgeEvent): event is LegEnd =>
  event.type === "model.metered" || event.type === "model.failed" || event.type === "model.closed";

const noTime: Meter = { seconds: 0, costUsd: 0, isFinal: false };

type Meter = { seconds: number; costUsd: number | undefined; isFinal: boolean };

/** Each word on a session's time holds all of it: the longest counts (openai.md 10, item 30). */
const later = (known: Meter, { seconds, costUsd, isFinal }: Meter): Meter =>
  seconds >= known.seconds ? { seconds, costUsd, isFinal } : { ...known, isFinal: known.isFinal || isFinal };

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;
