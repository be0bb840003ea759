/** After how much silence the assistant asks whether anybody is there, and how often before it says goodbye. */
export type SilencePolicy = { promptAfterMs: number; promptCount: number };

/** What a silence has led to, if to anything yet, and when to look again. */
export type SilenceVerdict = { did: "prompted" | "said-goodbye" | undefined; lookAgainMs: number };

/**
 * How long nobody has been heard. Counted from the end of *hearing*: an answer that was generated in two seconds may
 * be heard for twenty.
 */
export class Silence {
  readonly #policy: SilencePolicy;
  #sinceMs = 0;
  #promptsGiven = 0;

  constructor(policy: SilencePolicy) {
    this.#policy = policy;
  }

  /** The line is there: what an earlier one had still to play is not heard any more. */
  begin(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Something is, or will be, heard until `untilMs`. */
  heard(untilMs: number): void {
    this.#sinceMs = Math.max(this.#sinceMs, untilMs);
  }

  /** The caller is there: what the phone had still to play is not heard any more. */
  callerSpoke(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#promptsGiven = 0;
  }

  /** `isBusy`: somebody speaks, or an answer or a tool is under way. */
  judge(isBusy: boolean, nowMs: number): SilenceVerdict {
    const { promptAfterMs, promptCount } = this.#policy;
    if (isBusy) this.heard(nowMs);
    const leftMs = this.#sinceMs + promptAfterMs - nowMs;
    if (leftMs > 0) return { did: undefined, lookAgainMs: leftMs };
    this.#promptsGiven += 1;
    return { did: this.#promptsGiven > promptCount ? "said-goodbye" : "prompted", lookAgainMs: promptAfterMs };
  }
}
