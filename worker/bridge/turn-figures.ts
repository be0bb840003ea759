/** The caller spoke over the agent: this long after its answer began to be heard, and so much queued audio was cut. */
export type BargeIn = { afterMs: number | undefined; cutMs: number };

/**
 * One turn: what the caller said, and the answer that was heard. `earTimeMs` is the caller's wait, from the end of
 * speech to the first audio *heard*; `sentAfterMs` is the part of it until audio was sent. Both are missing where
 * nobody waited (a greeting) or nothing was heard. `toolMs` is how long each tool ran.
 */
export type Turn = {
  earTimeMs: number | undefined;
  sentAfterMs: number | undefined;
  bargeIns: BargeIn[];
  toolMs: number[];
};

/** A whole call's figures. The percentiles are of the `measuredTurns` that have an ear time; without any they are missing. */
export type CallFigures = {
  turns: number;
  measuredTurns: number;
  earTimeMsP50: number | undefined;
  earTimeMsP95: number | undefined;
  bargeIns: number;
  toolsRun: number;
};

/** The turn that runs. Its ear time is fixed when the answer is heard: a cough later in the turn does not move it. */
type OpenTurn = Turn & {
  /** When the caller really fell silent, and the wait began. */
  speechEndMs: number | undefined;
  firstSentMs: number | undefined;
  firstHeardMs: number | undefined;
};

/**
 * How long the caller waits, as a caller counts it. All times are on the clock of the bridge's events, in
 * milliseconds; all figures are whole milliseconds.
 */
export class TurnFigures {
  readonly #turns: Turn[] = [];
  #open = newTurn();
  #callerSpeaksSinceMs: number | undefined;

  /** The caller began to speak. */
  callerStarted(nowMs: number): void {
    this.#callerSpeaksSinceMs = nowMs;
  }

  /**
   * The caller was found silent, after `silenceMs` of silence that it took to find out. The caller waits through that
   * silence, too: the wait began before it.
   */
  callerStopped(nowMs: number, silenceMs: number): void {
    this.#callerSpeaksSinceMs = undefined;
    this.#open.speechEndMs = nowMs - silenceMs;
    this.#open.firstSentMs = undefined;
  }

  /** Audio of the agent was sent; what counts is the first since the caller stopped. */
  agentAudioSent(nowMs: number): void {
    this.#open.firstSentMs ??= nowMs;
  }

  /** A response began to be heard; what counts is the first of the turn. `atMs` may lie in the past or the future. */
  agentFirstHeard(atMs: number): void {
    const { firstHeardMs, speechEndMs, firstSentMs } = this.#open;
    if (firstHeardMs !== undefined || this.#isOfAnotherTurn(atMs)) return;
    this.#open.firstHeardMs = atMs;
    if (speechEndMs === undefined) return;
    this.#open.earTimeMs = Math.round(atMs - speechEndMs);
    if (firstSentMs !== undefined) this.#open.sentAfterMs = Math.round(firstSentMs - speechEndMs);
  }

  /** The caller spoke over the agent, and `cutMs` of audio was dropped unheard: an answer still to come never comes. */
  interrupted(nowMs: number, cutMs: number): void {
    const { firstHeardMs } = this.#open;
    const isHeard = firstHeardMs !== undefined && firstHeardMs <= nowMs;
    if (!isHeard) this.#open = { ...this.#open, ...unheard };
    const afterMs = isHeard ? Math.round(nowMs - firstHeardMs) : undefined;
    this.#open.bargeIns.push({ afterMs, cutMs: Math.round(cutMs) });
  }

  toolRan(durationMs: number): void {
    this.#open.toolMs.push(Math.round(durationMs));
  }

  /**
   * Ends the turn: to be asked when the caller has begun to speak (and not merely coughed), and when the call ends.
   * Gives its figures, or `undefined` when no turn has ended: nothing was said yet, or the caller speaks on before any
   * answer was heard.
   */
  turnEnded(): Turn | undefined {
    const { speechEndMs, firstHeardMs, earTimeMs, sentAfterMs, bargeIns, toolMs } = this.#open;
    const isAnswered = firstHeardMs !== undefined;
    const isWaitedFor = speechEndMs !== undefined && this.#callerSpeaksSinceMs === undefined;
    if (!isAnswered && !isWaitedFor) return undefined;
    const turn = { earTimeMs, sentAfterMs, bargeIns, toolMs };
    this.#turns.push(turn);
    this.#open = newTurn();
    return turn;
  }

  /** The figures of all turns that have ended; barge-ins and tools count at once. */
  summary(): CallFigures {
    const all = [...this.#turns, this.#open];
    const earTimes = this.#turns.flatMap(({ earTimeMs }) => earTimeMs ?? []);
    return {
      turns: this.#turns.length,
      measuredTurns: earTimes.length,
      earTimeMsP50: percentile(earTimes, 50),
      earTimeMsP95: percentile(earTimes, 95),
      bargeIns: all.flatMap(({ bargeIns }) => bargeIns).length,
      toolsRun: all.flatMap(({ toolMs }) => toolMs).length,
    };
  }

  /** Heard before the caller had ended: the rest of an older answer. Heard after the caller spoke again: not yet ours. */
  #isOfAnotherTurn(atMs: number): boolean {
    const { speechEndMs } = this.#open;
    if (speechEndMs !== undefined && atMs < speechEndMs) return true;
    return this.#callerSpeaksSinceMs !== undefined && atMs >= this.#callerSpeaksSinceMs;
  }
}

const unheard = { firstHeardMs: undefined, earTimeMs: undefined, sentAfterMs: undefined };

const newTurn = (): OpenTurn => ({
  ...unheard,
  speechEndMs: undefined,
  firstSentMs: undefined,
  bargeIns: [],
  toolMs: [],
});

/** The nearest rank: always a value that was measured; of few values the 95th is the largest. */
function percentile(values: number[], percent: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
}
