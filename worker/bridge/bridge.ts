import type { Effect } from "./effects.ts";
import { EarlyAudio } from "./early-audio.ts";
import type { End, Verdict } from "./end.ts";
import type { BridgeEvent } from "./events.ts";
import type { JournalEntry } from "./journal.ts";
import { Playback } from "./playback.ts";
import { Responses } from "./responses.ts";
import { ServerVad } from "./server-vad.ts";
import { StreamClock } from "./stream-clock.ts";
import type { TimerName } from "./timers.ts";

/** With the stream's close and the sentence after it, the caller hears something within five seconds. */
const modelDeadlineMs = 4_000;

/** How the call is to be held. `greeting`: what the model should say first, if it should speak first. */
export type BridgeOptions = { greeting?: string | undefined };

type Phase =
  /** No stream yet. */
  | { name: "waiting" }
  /** The caller is on the line, the model is not ready. */
  | { name: "connecting"; startedAtMs: number; early: EarlyAudio; configureId?: string }
  | { name: "talking"; startedAtMs: number }
  | ({ name: "ended" } & End);

type CallerAudio = BridgeEvent & { type: "caller.audio" };

const nothing: Effect[] = [];

/**
 * One call, from its stream's start to its end: takes what happens, decides, and gives back what to do, in order.
 * It reads no clock and holds no socket; the same events at the same times give the same effects.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #playback = new Playback();
  readonly #streamClock = new StreamClock();
  readonly #responses: Responses;
  readonly #turns: ServerVad;
  readonly #timers = new Set<TimerName>();
  #phase: Phase = { name: "waiting" };
  #commandCount = 0;
  #lastFrameAtMs = 0;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const nextCommandId = (): string => `c${(this.#commandCount += 1)}`;
    this.#responses = new Responses(nextCommandId);
    this.#turns = new ServerVad(this.#playback, nextCommandId);
  }

  /** When the last frame of the caller came, or the stream started. */
  get lastFrameAtMs(): number {
    return this.#lastFrameAtMs;
  }

  /** How the call ended, once it has. */
  get end(): End | undefined {
    return this.#phase.name === "ended" ? { verdict: this.#phase.verdict, reason: this.#phase.reason } : undefined;
  }

  /** Takes one event, `nowMs` on any steadily rising clock; gives the orders that follow from it. */
  handle(event: BridgeEvent, nowMs: number): Effect[] {
    if (event.type === "timer.fired") this.#timers.delete(event.timer);
    const effects = this.#phase.name === "ended" ? afterTheEnd(event) : this.#decide(event, nowMs);
    this.#watchTimers(effects);
    return effects;
  }

  #decide(event: BridgeEvent, nowMs: number): Effect[] {
    switch (event.type) {
      case "stream.started":
        return this.#start(nowMs);
      case "stream.stopped":
        return this.#finish("hang-up", "the call ended", nowMs);
      case "stream.closed":
        return this.#finish("fallback", `stream closed ${event.code} ${event.reason}`.trimEnd(), nowMs);
      case "stream.superseded":
        return this.#finish("fallback", "another stream took over", nowMs);
      case "caller.audio":
        return this.#callerAudio(event, nowMs);
      case "caller.dtmf":
        return [journal({ kind: "caller.dtmf" })];
      case "playback.marked":
        return this.#marked(event.name, nowMs);
      case "model.opened":
        return this.#configure();
      case "model.ready":
        return this.#ready(nowMs);
      case "model.failed":
        return this.#finish("fallback", `model failed: ${event.reason}`, nowMs);
      case "model.closed":
        return this.#finish("fallback", `model closed ${event.code} ${event.reason}`.trimEnd(), nowMs);
      case "model.response-started":
        this.#responses.started(event.responseId);
        return [journal({ kind: "response.started", responseId: event.responseId })];
      case "model.audio":
        return this.#turns.modelAudio(event, nowMs);
      case "model.audio-ended":
        return this.#turns.modelAudioEnded(event.responseId, event.itemId);
      case "model.response-ended":
        this.#turns.responseEnded(event.responseId);
        return [
          journal({ kind: "response.ended", responseId: event.responseId, outcome: event.outcome }),
          ...this.#responses.ended(event.responseId, event.outcome),
        ];
      case "model.speech-started":
        return [
          ...this.#turns.speechStarted(this.#responses.activeId, nowMs),
          journal({ kind: "caller.speech-started" }),
        ];
      case "model.speech-stopped":
        return [...this.#turns.speechStopped(), journal({ kind: "caller.speech-stopped" })];
      case "model.command-refused":
        return this.#refused(event, nowMs);
      case "timer.fired":
        return this.#timerFired(event.timer, nowMs);
      case "shell.failed":
        return this.#finish("fallback", "our own fault", nowMs);
    }
  }

  #start(nowMs: number): Effect[] {
    if (this.#phase.name !== "waiting") return nothing;
    this.#phase = { name: "connecting", startedAtMs: nowMs, early: new EarlyAudio() };
    this.#lastFrameAtMs = nowMs;
    return [
      { type: "model.open" },
      { type: "timer.set", timer: "model-deadline", afterMs: modelDeadlineMs },
      { type: "caller.mark", name: this.#playback.probe(nowMs) },
      journal({ kind: "call.started" }),
    ];
  }

  #configure(): Effect[] {
    if (this.#phase.name !== "connecting") return nothing;
    const commandId = `c${(this.#commandCount += 1)}`;
    this.#phase.configureId = commandId;
    return [{ type: "model.configure", commandId }];
  }

  /** The model may hear the caller now: first what was said before, in order, then the greeting if there is one. */
  #ready(nowMs: number): Effect[] {
    if (this.#phase.name !== "connecting") return nothing;
    const { early, startedAtMs } = this.#phase;
    const { payloads, droppedCount } = early.take();
    this.#phase = { name: "talking", startedAtMs };
    return [
      { type: "timer.clear", timer: "model-deadline" },
      ...payloads.map((payload): Effect => ({ type: "model.append-audio", payload })),
      ...this.#greet(),
      journal({
        kind: "model.ready",
        afterMs: Math.round(nowMs - startedAtMs),
        framesKept: payloads.length,
        framesDropped: droppedCount,
      }),
    ];
  }

  #greet(): Effect[] {
    const { greeting } = this.#options;
    if (greeting === undefined) return nothing;
    return this.#responses.request({ instructions: `Greet the caller by saying just this: "${greeting}"` });
  }

  #callerAudio({ payload, durationMs, timestampMs }: CallerAudio, nowMs: number): Effect[] {
    this.#lastFrameAtMs = nowMs;
    this.#streamClock.frame(timestampMs, nowMs);
    this.#turns.callerAudio(nowMs);
    const probe = this.#playback.probeWhileSilent(nowMs);
    const effects: Effect[] = probe === undefined ? [] : [{ type: "caller.mark", name: probe }];
    if (this.#phase.name === "talking") effects.push({ type: "model.append-audio", payload });
    if (this.#phase.name === "connecting") this.#phase.early.keep({ payload, durationMs });
    return effects;
  }

  #marked(name: string, nowMs: number): Effect[] {
    const heard = this.#playback.marked(name, nowMs, this.#streamClock.arrivalMs(nowMs));
    return heard
      ? [journal({ kind: "playback.heard", itemId: heard.itemId, audioMs: Math.round(heard.audioMs) })]
      : nothing;
  }

  #refused(event: BridgeEvent & { type: "model.command-refused" }, nowMs: number): Effect[] {
    const { commandId, refusal, message } = event;
    if (this.#phase.name === "connecting" && this.#phase.configureId === commandId)
      return this.#finish("fallback", `model refused its configuration: ${message}`, nowMs);
    return [journal({ kind: "command.refused", commandId, message }), ...this.#responses.refused(commandId, refusal)];
  }

  #timerFired(timer: TimerName, nowMs: number): Effect[] {
    switch (timer) {
      case "model-deadline":
        return this.#finish("fallback", "the model was not ready in time", nowMs);
      case "caller-gap":
        return this.#turns.gapChecked(nowMs);
    }
  }

  /** Both legs end, once; nothing stays armed. */
  #finish(verdict: Verdict, reason: string, nowMs: number): Effect[] {
    const startedAtMs = "startedAtMs" in this.#phase ? this.#phase.startedAtMs : nowMs;
    this.#phase = { name: "ended", verdict, reason };
    return [
      { type: "stream.close", verdict, reason },
      { type: "model.close" },
      ...[...this.#timers].map((timer): Effect => ({ type: "timer.clear", timer })),
      journal({ kind: "call.ended", verdict, reason, durationMs: Math.round(nowMs - startedAtMs) }),
    ];
  }

  /** Remembers which timers are armed, so that the end can disarm exactly these. */
  #watchTimers(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "timer.set") this.#timers.add(effect.timer);
      if (effect.type === "timer.clear") this.#timers.delete(effect.timer);
    }
  }
}

/** A leg that comes up after the end (a hang-up during the handshake) is closed again: nothing may leak. */
function afterTheEnd(event: BridgeEvent): Effect[] {
  return event.type === "model.opened" || event.type === "model.ready" ? [{ type: "model.close" }] : nothing;
}

const journal = (entry: JournalEntry): Effect => ({ type: "journal.append", entry });
