import type { Effect } from "./effects.ts";
import type { End } from "./end.ts";
import type { BridgeEvent, TurnPolicyName } from "./events.ts";
import { journal } from "./journal.ts";
import type { BridgeOptions } from "./options.ts";
import { Talk } from "./talk.ts";
import type { TranscriptEntry } from "./transcript.ts";
import type { TimerName } from "./timers.ts";

/** With the stream's close and the sentence after it, the caller hears something within five seconds. */
const modelDeadlineMs = 4_000;
/** The phone company asks at once what follows a stream; after this long it will not. */
const verdictDeadlineMs = 3_000;
/** A caller who hears a greeting first is on the stream by then; one who has hung up meanwhile never is. */
const preparedForMs = 30_000;

type Phase =
  /** Neither leg yet. */
  | { name: "waiting" }
  /** The model is made ready while the phone company still greets the caller. */
  | { name: "preparing"; preparedAtMs: number; isModelReady: boolean; configureId?: string }
  /** The caller is on the line, the model is not ready. */
  | { name: "connecting"; startedAtMs: number; configureId?: string }
  | { name: "talking"; startedAtMs: number }
  | { name: "ended"; end: End; wasHungUpByUs: boolean };

const nothing: Effect[] = [];
const setTimer = (timer: TimerName, afterMs: number): Effect => ({ type: "timer.set", timer, afterMs });

/**
 * One call, from its stream's start to its end: takes what happens, decides, and gives back what to do, in order.
 * It reads no clock and holds no socket; the same events at the same times give the same effects. This is the life
 * of the two legs; what is said meanwhile is `Talk`.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #talk: Talk;
  readonly #timers = new Set<TimerName>();
  #phase: Phase = { name: "waiting" };
  #commandCount = 0;
  #lastFrameAtMs = 0;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#talk = new Talk(options, {
      nextCommandId: () => this.#nextCommandId(),
      hangUp: (reason, nowMs) => this.#finish({ verdict: "hang-up", reason }, nowMs),
      fallBack: (reason, nowMs) => this.#fallBack(reason, nowMs),
    });
  }

  /** When the last frame of the caller came, or the stream started. */
  get lastFrameAtMs(): number {
    return this.#lastFrameAtMs;
  }

  /** How the call ended, once it has. */
  get end(): End | undefined {
    return this.#phase.name === "ended" ? this.#phase.end : undefined;
  }

  /** The conversation as it was heard so far. */
  get transcript(): TranscriptEntry[] {
    return this.#talk.transcript;
  }

  /** Takes one event, `nowMs` on any steadily rising clock; gives the orders that follow from it. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    if (event.type === "timer.fired") this.#timers.delete(event.timer);
    if (this.#phase.name === "ended") return this.#watchTimers(this.#afterTheEnd(event));
    const effects = this.#watchTimers(this.#decide(event, nowMs));
    return this.end === undefined ? effects : this.#watchTimers([...effects, ...this.#disarm()]);
  }

  #decide(event: BridgeEvent, nowMs: number): Effect[] {
    switch (event.type) {
      case "call.prepared":
        return this.#prepare(event.said, nowMs);
      case "stream.started":
        return this.#start(event.said, nowMs);
      case "stream.stopped":
        return this.#finish({ verdict: "hang-up", reason: "the call ended" }, nowMs, false);
      case "stream.closed":
        return this.#fallBack(`stream closed ${event.code} ${event.reason}`, nowMs);
      case "stream.superseded":
        return this.#fallBack("another stream took over", nowMs);
      case "model.opened":
        return this.#configure(event.turns);
      case "model.ready":
        return this.#ready(nowMs);
      case "model.failed":
        return [...this.#fallBack(`model failed: ${event.reason}`, nowMs), ...this.#talk.modelLeft(event)];
      case "model.closed":
        return [...this.#fallBack(`model closed ${event.code} ${event.reason}`, nowMs), ...this.#talk.modelLeft(event)];
      case "model.command-refused":
        if ("configureId" in this.#phase && this.#phase.configureId === event.commandId)
          return this.#fallBack(`model refused its configuration: ${event.message}`, nowMs);
        return this.#talk.handle(event, nowMs);
      case "shell.failed":
        return this.#fallBack("our own fault", nowMs);
      case "timer.fired":
        if (event.timer === "model-deadline") return this.#fallBack("the model was not ready in time", nowMs);
        if (event.timer === "prepared-unused") return this.#fallBack("no stream came", nowMs);
        return this.#talk.handle(event, nowMs);
      case "caller.audio":
        this.#lastFrameAtMs = nowMs;
        return this.#talk.handle(event, nowMs);
      case "verdict.asked":
        return nothing;
      default:
        return this.#talk.handle(event, nowMs);
    }
  }

  /** Opens the model before the stream: `said` is what the phone company tells the caller meanwhile. */
  #prepare(said: string | undefined, nowMs: number): Effect[] {
    if (this.#phase.name !== "waiting") return nothing;
    this.#phase = { name: "preparing", preparedAtMs: nowMs, isModelReady: false };
    return [
      { type: "model.open" },
      { type: "timer.set", timer: "prepared-unused", afterMs: preparedForMs },
      ...this.#talk.alreadySaid(said),
      journal({ kind: "call.prepared" }),
    ];
  }

  #start(said: string | undefined, nowMs: number): Effect[] {
    const before = this.#phase;
    if (before.name !== "waiting" && before.name !== "preparing") return nothing;
    const isModelReady = before.name === "preparing" && before.isModelReady;
    this.#phase = isModelReady
      ? { name: "talking", startedAtMs: nowMs }
      : { ...before, name: "connecting", startedAtMs: nowMs };
    this.#lastFrameAtMs = nowMs;
    return [
      ...(before.name === "waiting" ? [{ type: "model.open" } as const] : nothing),
      ...(before.name === "preparing" ? [{ type: "timer.clear", timer: "prepared-unused" } as const] : nothing),
      ...(isModelReady ? nothing : [setTimer("model-deadline", modelDeadlineMs)]),
      ...this.#talk.alreadySaid(said),
      ...this.#talk.streamStarted(nowMs),
      ...this.#limitDuration(),
      journal({ kind: "call.started" }),
    ];
  }

  #limitDuration(): Effect[] {
    const { maxDurationMs } = this.#options;
    return maxDurationMs === undefined ? nothing : [setTimer("max-duration", maxDurationMs)];
  }

  #configure(turns: TurnPolicyName | undefined): Effect[] {
    if (this.#phase.name !== "connecting" && this.#phase.name !== "preparing") return nothing;
    this.#talk.modelOpened(turns);
    const commandId = this.#nextCommandId();
    this.#phase.configureId = commandId;
    return [{ type: "model.configure", commandId }];
  }

  #ready(nowMs: number): Effect[] {
    const before = this.#phase;
    if (before.name === "preparing") before.isModelReady = true;
    else if (before.name === "connecting") this.#phase = { name: "talking", startedAtMs: before.startedAtMs };
    else return nothing;
    const sinceMs = before.name === "preparing" ? before.preparedAtMs : before.startedAtMs;
    return [
      { type: "timer.clear", timer: "model-deadline" },
      ...this.#talk.modelReady(nowMs),
      journal({ kind: "model.ready", afterMs: Math.round(nowMs - sinceMs) }),
    ];
  }

  #fallBack(reason: string, nowMs: number): Effect[] {
    if (this.#phase.name === "preparing") return this.#release(reason);
    return this.#finish({ verdict: "fallback", reason: reason.trimEnd() }, nowMs, false);
  }

  /** Nobody came, or the model could not be had: a stream that comes yet finds everything as if nothing had been. */
  #release(reason: string): Effect[] {
    this.#phase = { name: "ended", end: { verdict: "fallback", reason }, wasHungUpByUs: false };
    return [{ type: "model.close" }, { type: "tool.abort-all" }, journal({ kind: "call.released", reason })];
  }

  /** Both legs end, once. */
  #finish(end: End, nowMs: number, wasHungUpByUs = true): Effect[] {
    const startedAtMs = "startedAtMs" in this.#phase ? this.#phase.startedAtMs : nowMs;
    this.#phase = { name: "ended", end, wasHungUpByUs };
    return [
      { type: "stream.close", ...end },
      { type: "model.close" },
      { type: "tool.abort-all" },
      ...(wasHungUpByUs ? [{ type: "timer.set", timer: "verdict", afterMs: verdictDeadlineMs } as const] : nothing),
      ...this.#talk.close(),
      journal({ kind: "call.ended", ...end, durationMs: Math.round(nowMs - startedAtMs) }),
    ];
  }

  #afterTheEnd(event: BridgeEvent): Effect[] {
    switch (event.type) {
      // A leg that comes up after the end (a hang-up during the handshake) is closed again: nothing may leak.
      case "model.opened":
      case "model.ready":
        return [{ type: "model.close" }];
      // Another stream goes on with the call: it is not to be ended behind its back.
      case "stream.superseded":
      case "verdict.asked":
        return this.#timers.has("verdict") ? [{ type: "timer.clear", timer: "verdict" }] : nothing;
      case "timer.fired":
        return event.timer === "verdict" ? [{ type: "call.complete" }] : nothing;
      case "model.metered":
      case "model.closed":
        return this.#talk.modelLeft(event);
      default:
        return nothing;
    }
  }

  #nextCommandId(): string {
    this.#commandCount += 1;
    return `c${this.#commandCount}`;
  }

  /** Remembers which timers are armed, so that the end can disarm exactly these. */
  #watchTimers(effects: Effect[]): Effect[] {
    for (const effect of effects) {
      if (effect.type === "timer.set") this.#timers.add(effect.timer);
      if (effect.type === "timer.clear") this.#timers.delete(effect.timer);
    }
    return effects;
  }

  /** The call has just ended: nothing stays armed but, after a hang-up of ours, the question whether it was noticed. */
  #disarm(): Effect[] {
    return [...this.#timers].flatMap((timer) => (timer === "verdict" ? [] : [{ type: "timer.clear", timer } as const]));
  }
}
