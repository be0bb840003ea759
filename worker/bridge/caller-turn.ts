import type { Effect } from "./effects.ts";
import type { BridgeEvent, ModelAudio } from "./events.ts";
import { InterruptionGuard, type InterruptionPolicy } from "./interruption-guard.ts";
import { journal } from "./journal.ts";
import type { LeaveTaking } from "./leave-taking.ts";
import type { Playback } from "./playback.ts";
import type { Responses, TurnPolicy } from "./turn-policy.ts";

/** Whoever speaks into so much of the agent's last words answers them. */
const lastWordsMs = 1_000;

type Parts = { playback: Playback; turns: TurnPolicy; responses: Responses; leaving: LeaveTaking };

/**
 * The caller's turn, from the model's hearing speech to its hearing silence. Speech over the agent may be doubted at
 * first; a turn that is *taken* interrupts the agent.
 */
export class CallerTurn {
  readonly #parts: Parts;
  readonly #nextCommandId: () => string;
  readonly #guard: InterruptionGuard | undefined;
  #itemId = "";
  #takenAtMs = Number.NEGATIVE_INFINITY;

  constructor(policy: InterruptionPolicy | undefined, parts: Parts, nextCommandId: () => string) {
    this.#guard = policy && new InterruptionGuard(policy);
    this.#parts = parts;
    this.#nextCommandId = nextCommandId;
  }

  /** Whether it is not settled yet that the caller means to speak. */
  get isInDoubt(): boolean {
    return this.#guard?.isInDoubt ?? false;
  }

  /** The model hears the caller, in an item to be. */
  started(itemId: string, nowMs: number): Effect[] {
    this.#itemId = itemId;
    const watch = this.#parts.turns.speechStarted(nowMs);
    const isMeant = this.#guard?.speechStarted(this.#parts.playback.roundTripMs, nowMs) ?? true;
    return isMeant ? [...this.#take(nowMs), ...watch] : watch;
  }

  /** A frame of the caller: doubted speech may turn out to be meant. */
  audio(frame: BridgeEvent & { type: "caller.audio" }, nowMs: number): Effect[] {
    const isMeant = this.#guard?.callerAudio(frame, this.#parts.playback.roundTripMs, nowMs) ?? false;
    return isMeant ? this.#take(nowMs) : [];
  }

  /** Audio of the agent that was just sent: the last that is queued. */
  agentAudio(audio: ModelAudio, nowMs: number): void {
    const startMs = nowMs + this.#parts.playback.queuedMs(nowMs) - audio.durationMs;
    this.#guard?.agentAudio(audio, audio.durationMs, startMs);
  }

  /** The model hears the caller's silence. */
  stopped(nowMs: number): Effect[] {
    const unwatch = this.#parts.turns.speechStopped();
    const overheard = this.#guard?.speechStopped();
    if (overheard === undefined) return [...unwatch, ...this.#end(nowMs)];
    return [...unwatch, journal({ kind: "caller.overheard", as: overheard }), ...this.#pass(overheard, nowMs)];
  }

  /** Stops the agent, whatever it says, without anybody's having spoken. */
  interruptAgent(nowMs: number): Effect[] {
    const { turns, responses } = this.#parts;
    const effects = turns.interrupt(responses.activeId, nowMs);
    this.#guard?.cleared(nowMs);
    return effects;
  }

  /** Whether the caller speaks, or has spoken since. */
  hasSpokenSince(sinceMs: number): boolean {
    return this.#parts.responses.doesCallerSpeak || this.#takenAtMs >= sinceMs;
  }

  #take(nowMs: number): Effect[] {
    this.#guard?.settle();
    this.#takenAtMs = nowMs;
    const { turns, responses, leaving } = this.#parts;
    // The last words of a call that is out of time are heard to their end.
    const interrupted = responses.isInsisting ? [] : turns.callerTakesTurn(responses.activeId, nowMs);
    if (!responses.isInsisting) this.#guard?.cleared(nowMs);
    return [
      ...interrupted,
      ...responses.callerSpeaks(),
      ...leaving.callerIsThere(nowMs),
      journal({ kind: "caller.speech-started" }),
    ];
  }

  #end(nowMs: number): Effect[] {
    const { responses, leaving } = this.#parts;
    const answered = responses.callerStopped();
    return [...leaving.callerIsThere(nowMs), ...answered, journal({ kind: "caller.speech-stopped" })];
  }

  /** It did not interrupt: the agent's own echo is to be forgotten, and a short word is kept for later. */
  #pass(overheard: "click" | "aside", nowMs: number): Effect[] {
    const { playback, responses, leaving } = this.#parts;
    const isAnswer = playback.queuedMs(nowMs) < lastWordsMs && responses.activeId === undefined;
    if (overheard === "aside" && isAnswer) return [journal({ kind: "caller.speech-started" }), ...this.#end(nowMs)];
    const forget: Effect = { type: "model.delete-item", commandId: this.#nextCommandId(), itemId: this.#itemId };
    // Whoever was to leave the line when all was heard has waited for this.
    return [...(overheard === "click" ? [forget] : []), ...leaving.leaveIfHeard(nowMs)];
  }
}
