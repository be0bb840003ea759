import type { Effect } from "./effects.ts";
import { journal } from "./journal.ts";
import type { CallerFrame } from "./turn-policy.ts";

const frameMs = 20;
/** Audio may run so far ahead of the clock: the jitter of a line. */
const aheadMs = 40;
/** Audio that is so late is replaced by silence. */
const lateMs = 60;
/** What waits for its time may be so much before the silent parts of it are left out. */
const waitingMs = 100;
/** More than this of a caller who never pauses is too old to be answered (openai.md B4, item 7). */
const oldestMs = 1_500;
/** What was said before the session is let go so much faster than time passes. */
const catchUpShare = 0.1;
/** A frame that is quieter than this is silence: nobody misses it. */
const silentDb = -45;
/** A gap of this length is worth a line in the journal. */
const notableGapMs = 500;
/** When the clock has run away by so much, it was ours that stood still: nothing of that is made up for. */
const standstillMs = 1_000;

/**
 * Keeps a model's clock running. For a model that listens and speaks at once, time *is* the audio it is given: without
 * any it falls mute, and a burst makes it run ahead (openai.md B4, items 2 and 6). So audio goes out as the clock goes,
 * silence where there is none, and what comes late in a heap waits its turn.
 */
export class PacedInput {
  #appendedMs = 0;
  #sinceMs: number | undefined;
  #lookedAtMs = 0;
  #behindMs = 0;
  #waiting: CallerFrame[] = [];
  #filledMs = 0;
  #hasHeard = false;

  begin(nowMs: number): Effect[] {
    this.#sinceMs = nowMs;
    this.#lookedAtMs = nowMs;
    return [look(frameMs)];
  }

  /** A frame of the caller: on to the model, if it is its time. */
  take(frame: CallerFrame, nowMs: number): Effect[] {
    const gap = this.#gapEnded();
    this.#hasHeard = true;
    this.#waiting.push(frame);
    this.#leaveOut();
    return [...gap, ...this.#release(nowMs)];
  }

  /** What was said before the session, for it to hear in good time. */
  replay(frames: readonly CallerFrame[], nowMs: number): Effect[] {
    this.#waiting.push(...frames);
    this.#behindMs = this.#waitingMs();
    return this.#release(nowMs);
  }

  /** Whether there is nothing of the caller for the model to hear, and it is time for something. */
  isStarved(nowMs: number): boolean {
    return this.#waiting.length === 0 && this.#lagMs(nowMs) >= lateMs;
  }

  /** It is time to look: gives what is due, silence for want of anything else. */
  look(nowMs: number): Effect[] {
    if (this.#lagMs(nowMs) > standstillMs) this.#sinceMs = nowMs - this.#appendedMs - lateMs;
    this.#catchUp(nowMs);
    const effects = this.#release(nowMs);
    // Timers are late, never early: a second frame makes up for it.
    for (let frames = 0; frames < 2 && this.isStarved(nowMs); frames += 1) effects.push(...this.#fill());
    const isBehind = this.#waiting.length > 0 || this.#lagMs(nowMs) >= lateMs - frameMs;
    const nextMs = isBehind ? frameMs : Math.ceil(lateMs - this.#lagMs(nowMs));
    return [...effects, look(nextMs)];
  }

  /** The session's time passes faster than ours until it has caught up with what was said before it. */
  #catchUp(nowMs: number): void {
    const aheadMs = Math.min((nowMs - this.#lookedAtMs) * catchUpShare, this.#behindMs);
    if (this.#sinceMs !== undefined) this.#sinceMs -= aheadMs;
    this.#behindMs -= aheadMs;
    this.#lookedAtMs = nowMs;
  }

  /** How far the clock is ahead of what was appended. */
  #lagMs(nowMs: number): number {
    return this.#sinceMs === undefined ? Number.NEGATIVE_INFINITY : nowMs - this.#sinceMs - this.#appendedMs;
  }

  #release(nowMs: number): Effect[] {
    const effects: Effect[] = [];
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      if (this.#lagMs(nowMs) + aheadMs < next.durationMs) break;
      this.#waiting.shift();
      this.#appendedMs += next.durationMs;
      effects.push(appendOf(next));
    }
    return effects;
  }

  #fill(): Effect[] {
    this.#appendedMs += frameMs;
    this.#filledMs += frameMs;
    return [{ type: "model.append-silence", durationMs: frameMs }];
  }

  #gapEnded(): Effect[] {
    const durationMs = this.#filledMs;
    this.#filledMs = 0;
    return this.#hasHeard && durationMs >= notableGapMs ? [journal({ kind: "caller.gap-filled", durationMs })] : [];
  }

  /** Catches up: silence is left out first, and only of what nobody could still answer the oldest. */
  #leaveOut(): void {
    while (this.#waitingMs() > waitingMs + this.#behindMs) {
      const silentAt = this.#waiting.findIndex(({ levelDb }) => levelDb < silentDb);
      if (silentAt < 0) break;
      this.#waiting.splice(silentAt, 1);
    }
    while (this.#waitingMs() > oldestMs + this.#behindMs) this.#waiting.shift();
  }

  #waitingMs(): number {
    return this.#waiting.reduce((sum, { durationMs }) => sum + durationMs, 0);
  }
}

const look = (afterMs: number): Effect => ({ type: "timer.set", timer: "caller-gap", afterMs });

const appendOf = ({ payload, durationMs }: CallerFrame): Effect =>
  payload === undefined ? { type: "model.append-silence", durationMs } : { type: "model.append-audio", payload };
