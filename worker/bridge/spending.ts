import type { Effect } from "./effects.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";
import type { CallMemory } from "./memory.ts";
import type { SpendingPolicy } from "./spending-policy.ts";
import type { Cost } from "./usage.ts";

/** Well within the time for which a call that says nothing keeps its line. */
const reportEveryMs = 15_000;
const minuteMs = 60_000;

/**
 * What a call has cost by now. It is counted while the call runs: the model by its own word, the line by minutes that
 * have begun, as it is billed (twilio.md 7). It is reported now and then; a call that costs more than it may is wrapped
 * up here, since who takes the reports may be away.
 */
export class Spending {
  readonly #policy: SpendingPolicy | undefined;
  readonly #wrapUp: (nowMs: number) => Effect[];
  /** What is settled: of tokens, of words written down, of sessions that are over. */
  #settledUsd = 0;
  /** A session that is billed by its time; each word on it holds all of it. */
  #sessionUsd = 0;
  #lineSinceMs: number | undefined;
  #lineUntilMs: number | undefined;
  #reportedUsd = 0;
  /** What another object has told of this call. */
  #toldBeforeUsd = 0;
  #isOver = false;
  #hasGuessed = false;

  /** Without a policy nothing is counted. */
  constructor(policy: SpendingPolicy | undefined, wrapUp: (nowMs: number) => Effect[], memory?: CallMemory) {
    this.#policy = policy;
    this.#wrapUp = wrapUp;
    if (memory === undefined) return;
    this.#settledUsd = memory.modelUsd;
    this.#lineSinceMs = memory.startedAtMs;
    this.#toldBeforeUsd = memory.toldUsd;
  }

  /** What the call has come to, for an object that goes on with it. */
  get spent(): Pick<CallMemory, "toldUsd" | "modelUsd"> {
    return { toldUsd: this.#toldBeforeUsd + this.#reportedUsd, modelUsd: this.#settledUsd + this.#sessionUsd };
  }

  /** Counts what an event has cost; gives the orders that followed from it, and its own behind them. */
  take(event: BridgeEvent, effects: Effect[], nowMs: number): Effect[] {
    if (this.#policy === undefined) return effects;
    const guess = this.#count(event);
    const isReportDue = this.#follow(effects, nowMs) || (event.type === "timer.fired" && event.timer === "spend");
    return [...effects, ...guess, ...this.#report(isReportDue, nowMs), ...this.#judge(nowMs)];
  }

  #count(event: BridgeEvent): Effect[] {
    switch (event.type) {
      case "model.opened":
        this.#sessionBegins();
        return [];
      case "model.usage":
        this.#settledUsd += usdOf(event);
        return this.#tellGuess(event);
      case "model.metered":
        this.#sessionUsd = Math.max(this.#sessionUsd, usdOf(event));
        return this.#tellGuess(event);
      default:
        return [];
    }
  }

  /** Another session: its time begins at nought. */
  #sessionBegins(): void {
    this.#settledUsd += this.#sessionUsd;
    this.#sessionUsd = 0;
  }

  /** Goes by what is written down of the call; gives whether that is a moment to report. */
  #follow(effects: readonly Effect[], nowMs: number): boolean {
    if (effects.some(({ type }) => type === "model.swap")) this.#sessionBegins();
    const kinds = effects.flatMap((effect) => (effect.type === "journal.append" ? effect.entry.kind : []));
    const begins = kinds.includes("call.started") || kinds.includes("call.recalled");
    const ends = kinds.includes("call.ended") || kinds.includes("call.released");
    if (begins) this.#lineSinceMs ??= nowMs;
    if (ends) this.#lineUntilMs = nowMs;
    this.#isOver ||= ends;
    return begins || ends;
  }

  /** After the end there may still be a bill to come: only what is new is told. */
  #report(isDue: boolean, nowMs: number): Effect[] {
    const usd = this.#usd(nowMs) - this.#toldBeforeUsd;
    if (!isDue && !(this.#isOver && usd > this.#reportedUsd)) return [];
    this.#reportedUsd = usd;
    const report: Effect = { type: "spend.report", usd, isOver: this.#isOver };
    if (this.#isOver) return [report, journal({ kind: "call.spent", usd: usd + this.#toldBeforeUsd })];
    return [report, { type: "timer.set", timer: "spend", afterMs: reportEveryMs }];
  }

  #judge(nowMs: number): Effect[] {
    const { maxUsd = Infinity } = this.#policy ?? {};
    return this.#isOver || this.#usd(nowMs) < maxUsd ? [] : this.#wrapUp(nowMs);
  }

  #usd(nowMs: number): number {
    return this.#settledUsd + this.#sessionUsd + this.#lineUsd(nowMs);
  }

  #lineUsd(nowMs: number): number {
    if (this.#lineSinceMs === undefined || this.#policy === undefined) return 0;
    const minutes = ((this.#lineUntilMs ?? nowMs) - this.#lineSinceMs) / minuteMs;
    return Math.max(1, Math.ceil(minutes)) * this.#policy.lineUsdPerMinute;
  }

  /** Once: the operator should know that a ceiling goes by a guess. */
  #tellGuess(cost: Cost): Effect[] {
    if (cost.costUsd !== undefined || this.#hasGuessed) return [];
    this.#hasGuessed = true;
    return [journal({ kind: "price.guessed", model: cost.guess.model })];
  }
}

const usdOf = (cost: Cost): number => cost.costUsd ?? cost.guess.usd;
