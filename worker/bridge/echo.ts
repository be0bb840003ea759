/** Audio on its way to the phone: when it begins to be heard, on the clock of the bridge's events. */
type Played = { startMs: number; durationMs: number; levels: { readonly levelsDb: readonly number[] } };

type Between = { fromMs: number; toMs: number };

const frameMs = 20;
/** A loudspeaker's sound is back in the microphone after at most this long, in any room a phone is used in. */
const reverberationMs = 300;
/** How far the times of both directions may be off: jitter, and the frame that is being played. */
const slackMs = 80;

/**
 * What of the agent may come back from the caller's phone: a speakerphone gives back what it plays, a round trip
 * later. Kept for as long as it can be heard; levels are computed only when somebody asks.
 */
export class Echo {
  #played: Played[] = [];

  /** Audio that will begin to be heard at `startMs`. */
  sent(levels: Played["levels"], durationMs: number, startMs: number): void {
    this.#played.push({ startMs, durationMs, levels });
  }

  /** What was to be heard after `nowMs` will not be. */
  cleared(nowMs: number): void {
    this.#played = this.#played
      .filter(({ startMs }) => startMs < nowMs)
      .map((played) => ({ ...played, durationMs: Math.min(played.durationMs, nowMs - played.startMs) }));
  }

  /** Whether anything of the agent may come back in a frame of the caller that arrives at `nowMs`. */
  isAudible(nowMs: number, roundTripMs: number): boolean {
    return this.#within(window(nowMs, roundTripMs)).length > 0;
  }

  /** The loudest of what may come back in it, in dBFS; -Infinity when nothing may. */
  loudestDb(nowMs: number, roundTripMs: number): number {
    const between = window(nowMs, roundTripMs);
    return Math.max(...this.#within(between).map((played) => loudest(played, between)));
  }

  #within({ fromMs, toMs }: Between): Played[] {
    this.#played = this.#played.filter(({ startMs, durationMs }) => startMs + durationMs > fromMs);
    return this.#played.filter(({ startMs }) => startMs < toMs);
  }
}

const window = (nowMs: number, roundTripMs: number): Between => ({
  fromMs: nowMs - roundTripMs - reverberationMs - slackMs,
  toMs: nowMs - roundTripMs + slackMs,
});

function loudest({ startMs, durationMs, levels }: Played, { fromMs, toMs }: Between): number {
  const first = Math.max(0, Math.floor((fromMs - startMs) / frameMs));
  const last = Math.ceil((Math.min(toMs, startMs + durationMs) - startMs) / frameMs);
  return Math.max(...levels.levelsDb.slice(first, last));
}
