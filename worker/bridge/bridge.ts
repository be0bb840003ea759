import { afterTheEnd } from "./after-the-end.ts";
import { ArmedTimers } from "./armed-timers.ts";
import { CallLife } from "./call-life.ts";
import type { Effect } from "./effects.ts";
import type { End, StreamEnd } from "./end.ts";
import type { BridgeEvent } from "./events.ts";
import type { CallMemory, CallState } from "./memory.ts";
import { isLegEnd } from "./minutes.ts";
import { ModelSide, lossIn } from "./model-side.ts";
import type { BridgeOptions } from "./options.ts";
import { Spending } from "./spending.ts";
import { Talk } from "./talk.ts";
import type { Line, TranscriptEntry } from "./transcript.ts";
import type { TimerName } from "./timers.ts";

/**
 * One call, from its stream's start to its end: takes what happens, decides, and gives back what to do, in order.
 * It reads no clock and holds no socket; the same events at the same times give the same effects. Whose each event is
 * stands here: the life of the call, the model's side of it, or what is said.
 */
export class Bridge {
  readonly #talk: Talk;
  readonly #model: ModelSide;
  readonly #life: CallLife;
  readonly #spending: Spending;
  readonly #timers = new ArmedTimers();
  #commandCount = 0;

  /** `memory`: the call has begun with another object, which is gone; whoever goes on with it is told so by an event. */
  constructor(options: BridgeOptions, memory?: CallMemory) {
    const call = {
      nextCommandId: () => this.#nextCommandId(),
      leave: (end: StreamEnd, nowMs: number) => this.#life.leave(end, nowMs),
      modelFails: (reason: string, nowMs: number) => this.#life.modelLost({ reason }, nowMs),
    };
    this.#talk = new Talk(options, call, memory);
    this.#model = new ModelSide(this.#talk, call.nextCommandId, options.watch?.modelMs, memory !== undefined);
    const parts = { options, talk: this.#talk, model: this.#model, timers: this.#timers };
    this.#life = new CallLife(parts, memory);
    const tooDear: BridgeEvent = { type: "spending.stopped", limit: "call" };
    this.#spending = new Spending(options.spending, (nowMs) => this.#talk.handle(tooDear, nowMs), memory);
  }

  /** When the last frame of the caller came, or the stream started. */
  get lastFrameAtMs(): number {
    return this.#life.lastFrameAtMs;
  }

  /** How the call ended, once it has. */
  get end(): End | undefined {
    return this.#life.end;
  }

  /** What should follow the stream, once it has ended. */
  get follow(): StreamEnd | undefined {
    return this.#life.follow;
  }

  /** The conversation as it was heard so far. */
  get transcript(): TranscriptEntry[] {
    return this.#talk.transcript;
  }

  /** What has changed of the call's memory since this was last asked; without a state while there is no call. */
  takeNews(nowMs: number): { state: CallState | undefined; lines: Line[] } {
    const { state } = this.#life;
    const spent = this.#spending.spent;
    return {
      state: state && { ...state, ...spent, ...this.#talk.stateAt(nowMs) },
      lines: this.#talk.takeChangedLines(nowMs),
    };
  }

  /** Takes one event, `nowMs` on any steadily rising clock; gives the orders that follow from it. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    if (event.type === "timer.fired") this.#timers.fired(event.timer);
    this.#model.notice(event, nowMs);
    if (this.end !== undefined) {
      const billed = isLegEnd(event) ? this.#talk.modelLeft(event) : [];
      const orders = [...afterTheEnd(event, this.#timers.has("verdict")), ...billed];
      return this.#timers.watch(this.#spending.take(event, orders, nowMs));
    }
    const decided = this.#spending.take(event, this.#decide(event, nowMs), nowMs);
    const effects = this.#timers.watch(this.#model.pass(decided));
    // After a hang-up of ours there is still the question whether it was noticed.
    return this.end === undefined ? effects : [...effects, ...this.#timers.watch(this.#timers.disarmAllBut("verdict"))];
  }

  #decide(event: BridgeEvent, nowMs: number): Effect[] {
    switch (event.type) {
      case "call.prepared":
        return this.#life.prepare(event.said, nowMs);
      case "call.recalled":
        return this.#life.recalled(nowMs);
      case "stream.started":
        return this.#life.start(event, nowMs);
      case "stream.stopped":
        return this.#life.finish({ verdict: "hang-up", reason: "the call ended" }, nowMs, false);
      case "stream.closed":
        return this.#life.streamLost(`stream closed ${event.code} ${event.reason}`.trimEnd(), nowMs);
      case "model.opened":
        return this.#model.opened(event.turns);
      case "model.ready":
        return this.#model.ready(event.expiresAtMs, nowMs);
      case "next.opened":
        return this.#model.nextOpened(event.turns);
      case "next.ready":
        this.#model.nextReady(event.expiresAtMs);
        return [];
      case "next.failed":
        return this.#model.nextFailed(event.refusedId);
      case "model.failed":
      case "model.closed":
        return this.#life.modelLost(lossIn(event), nowMs);
      case "model.command-refused":
        if (this.#model.isConfiguredBy(event.commandId))
          return this.#life.modelLost({ reason: `model refused its configuration: ${event.message}` }, nowMs);
        return this.#talk.handle(event, nowMs);
      case "shell.failed":
        return this.#life.fallBack("our own fault", nowMs);
      case "timer.fired":
        return this.#timerFired(event.timer, nowMs);
      case "caller.audio":
        this.#life.frameCame(nowMs);
        return [
          ...this.#talk.handle(event, nowMs),
          ...(this.#talk.isModelMissed(nowMs) ? this.#model.doubted(nowMs) : []),
        ];
      case "carrier.reported":
        return this.#life.takeReport(event.report, nowMs);
      case "verdict.asked":
        return this.#life.verdictAsked(nowMs);
      case "transfer.ended":
        return this.#life.transferEnded(event.outcome, nowMs);
      case "keys.sent":
        return this.#life.keysSent(event.round);
      default:
        return this.#talk.handle(event, nowMs);
    }
  }

  #timerFired(timer: TimerName, nowMs: number): Effect[] {
    switch (timer) {
      case "model-deadline":
        return this.#life.fallBack("the model was not ready in time", nowMs);
      case "model-retry":
        return this.#model.open(nowMs);
      case "model-moment":
        return this.#life.moment(nowMs);
      case "model-watch":
        return this.#life.watchModel(nowMs);
      case "rollover":
        return this.#model.rollOver(nowMs);
      case "frames":
        return this.#life.watchFrames(nowMs);
      case "prepared-unused":
        return this.#life.fallBack("no stream came", nowMs);
      case "away":
        return this.#life.neverBack(nowMs);
      case "verdict":
        return [{ type: "call.redirect" }];
      default:
        return this.#talk.handle({ type: "timer.fired", timer }, nowMs);
    }
  }

  #nextCommandId(): string {
    this.#commandCount += 1;
    return `c${this.#commandCount}`;
  }
}
