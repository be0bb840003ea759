import { Bridge } from "./bridge/bridge.ts";
import type { CarrierReport } from "./bridge/carrier-report.ts";
import type { CallerEffect, Effect } from "./bridge/effects.ts";
import type { JournalEntry } from "./bridge/journal.ts";
import type { CallMemory } from "./bridge/memory.ts";
import type { BridgeOptions } from "./bridge/options.ts";
import type { End, StreamEnd, TransferOutcome } from "./bridge/end.ts";
import type { KeyRequest } from "./bridge/key-request.ts";
import type { Next } from "./bridge/next.ts";
import type { BridgeEvent } from "./bridge/events.ts";
import type { SpendLimit } from "./bridge/spending-policy.ts";
import type { TranscriptEntry } from "./bridge/transcript.ts";
import type { TimerName } from "./bridge/timers.ts";
import type { Census } from "./census.ts";
import type { Log } from "./log.ts";
import type { RecordKeeper } from "./record-keeper.ts";
import type { Clock, Timer } from "./clock.ts";
import type { ModelLeg, ModelListener } from "./model-leg.ts";
import { modelLegs } from "./model-legs.ts";
import type { ModelMessage } from "./models/provider.ts";
import type { Socket } from "./socket.ts";
import { decode, encode } from "./twilio/media-stream.ts";

/** A call's two legs: the stream that was admitted, once there is one, and the model that it talks with. */
export type Conversation = {
  /** Makes the model ready before the stream comes; `said` is what the phone company tells the caller until then. */
  prepare(said: string | undefined): void;
  /** The stream is there: the first one, or another one in its place. */
  begin(stream: CallerStream): void;
  takeFromCaller(data: unknown): void;
  callerClosed(code: number, reason: string): void;
  /** The phone company reports on the call by itself. */
  carrierReported(report: CarrierReport): void;
  /** Somebody asks what follows the stream. */
  verdictAsked(): void;
  /** A call that was transferred has come to an end, or back. */
  transferEnded(outcome: TransferOutcome): void;
  /** The keys for the far end have sounded. */
  keysSent(round?: number): void;
  /** How it ended, once it has. */
  readonly end: End | undefined;
  /** What should follow the stream, once it has ended. */
  readonly follow: StreamEnd | undefined;
  /** Another object has begun the call, and is gone: it is known, and its caller expected. */
  recalled(): void;
  /** What was said so far, as it was heard. */
  readonly transcript: TranscriptEntry[];
  /** Until it has: when the caller's last frame came, Unix ms. */
  readonly live: { lastFrameAtMs: number } | undefined;
  census(): Census;
};

export type News = ReturnType<Bridge["takeNews"]>;

/** A stream of the phone company; `said` is what it has told the caller. */
export type CallerStream = { socket: Socket; streamSid: string; said: string | undefined };

/** A tool that the model wants run, and what came of it. */
export type ToolRequest = { toolCallId: string; name: string; arguments: string };
export type ToolOutcome = { output: string; next?: Next };

/** What a tool has of the call while it runs. */
export type ToolRun = {
  /** Aborts when the call ends. */
  signal: AbortSignal;
  /** Asks the caller for keys that nobody else learns of; gives them, or an empty text. */
  askKeys: (request: KeyRequest) => Promise<string>;
};

export type ConversationOptions = {
  /** Dials the model; what comes of it is told to the listener. */
  dial: (listener: ModelListener) => ModelLeg;
  clock: Clock;
  bridge: BridgeOptions;
  /** What another object has known of the call. */
  memory?: CallMemory | undefined;
  /** Begins a record, which hears of every line of the call's story, and may ask what has changed of the call. */
  keepRecord?: (news: () => News) => RecordKeeper;
  /** Runs a tool; never rejects. */
  runTool: (call: ToolRequest, run: ToolRun) => Promise<ToolOutcome>;
  /** Ends the call at the phone company. */
  completeCall: () => void;
  /** Has the phone company ask what follows the stream. */
  redirectCall: () => void;
  /** Nothing more comes of it. */
  over?: () => void;
  /** Takes what the call has cost so far; gives which ceiling of all calls is reached. Never rejects. */
  reportSpend?: (spent: { usd: number; isOver: boolean }) => Promise<SpendLimit | undefined>;
  /** The provider's own event names whose messages are logged. */
  loggedModelEvents: ReadonlySet<string>;
  log: Log;
};

/**
 * Runs the bridge between two sockets: hands it what happens, does what it orders, decides nothing. This is the one
 * place where a call's events meet, and the one where our own faults are caught.
 */
export function converse(options: ConversationOptions): Conversation {
  const { dial, clock, loggedModelEvents, log } = options;
  const bridge = new Bridge(options.bridge, options.memory);
  const record = options.keepRecord?.(() => bridge.takeNews(clock.nowMs()));
  const timers = new Map<TimerName, Timer>();
  const faultCounts = new Map<string, number>();
  const tools = new AbortController();
  const queue: BridgeEvent[] = [];
  /** Tools that wait for keys, by their calls. */
  const keysAwaited = new Map<string, (digits: string) => void>();
  let isRunning = false;
  let caller: CallerStream | undefined;
  const model = modelLegs(dial, { happened: dispatch, received: noteModelMessage });

  /** Effects may cause events; these wait until all effects of the event before them are done. */
  function dispatch(event: BridgeEvent): void {
    queue.push(event);
    if (isRunning) return;
    isRunning = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) runGuarded(next);
    isRunning = false;
  }

  function runGuarded(event: BridgeEvent): void {
    try {
      run(event);
    } catch (bug) {
      log("bug", { during: event.type, error: bug instanceof Error ? (bug.stack ?? bug.message) : String(bug) });
      if (event.type === "shell.failed") hangUpHard();
      else runGuarded({ type: "shell.failed" });
    }
  }

  function run(event: BridgeEvent): void {
    for (const effect of bridge.handle(event, clock.nowMs())) perform(effect);
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case "caller.play":
      case "caller.mark":
      case "caller.clear":
      case "stream.close":
        return performOnCaller(effect);
      case "model.open":
        return model.open();
      case "model.open-next":
        return model.openNext();
      case "model.swap":
        return model.swap();
      case "model.close":
        return model.close();
      case "timer.set":
        return setTimer(effect.timer, effect.afterMs);
      case "timer.clear":
        return clearTimer(effect.timer);
      case "tool.run":
        return runTool(effect);
      case "keys.give":
        keysAwaited.get(effect.toolCallId)?.(effect.digits);
        keysAwaited.delete(effect.toolCallId);
        return;
      case "tool.abort-all":
        return tools.abort();
      case "call.complete":
        return options.completeCall();
      case "call.redirect":
        return options.redirectCall();
      case "spend.report":
        return reportSpend(effect);
      case "journal.append":
        return writeDown(effect.entry);
      default:
        model.send(effect);
    }
  }

  function performOnCaller(effect: CallerEffect): void {
    if (caller === undefined) return;
    const { socket, streamSid } = caller;
    // Closing is what makes the phone company ask for what follows; 1000, since other codes are its error cases.
    if (effect.type === "stream.close") socket.close(1000, effect.verdict);
    else socket.send(encode(effect, streamSid));
  }

  function runTool({ toolCallId, name, arguments: json }: Extract<Effect, { type: "tool.run" }>): void {
    const askKeys = (request: KeyRequest): Promise<string> =>
      new Promise((resolve) => {
        keysAwaited.set(toolCallId, resolve);
        dispatch({ type: "keys.wanted", toolCallId, request });
      });
    void options
      .runTool({ toolCallId, name, arguments: json }, { signal: tools.signal, askKeys })
      .then(({ output, next }) =>
        dispatch({ type: "tool.finished", toolCallId, output, next: next ?? { do: "go-on" } }),
      );
  }

  /** Nobody waits for the answer; what it says is heeded when it comes. */
  function reportSpend({ usd, isOver }: Extract<Effect, { type: "spend.report" }>): void {
    void options
      .reportSpend?.({ usd, isOver })
      .then((limit) => limit !== undefined && dispatch({ type: "spending.stopped", limit }));
  }

  function setTimer(timer: TimerName, afterMs: number): void {
    clearTimer(timer);
    const fire = (): void => {
      timers.delete(timer);
      dispatch({ type: "timer.fired", timer });
    };
    timers.set(timer, clock.after(afterMs, fire));
  }

  function clearTimer(timer: TimerName): void {
    timers.get(timer)?.cancel();
    timers.delete(timer);
  }

  function writeDown(entry: JournalEntry): void {
    const { kind, ...fields } = entry;
    log(kind, fields);
    record?.note(entry);
    if (kind === "call.ended" && faultCounts.size > 0) log("faults", Object.fromEntries(faultCounts));
    if (kind === "call.ended" || kind === "call.released") options.over?.();
  }

  function noteModelMessage({ name, fields, fault, isError }: ModelMessage): void {
    if (fault !== undefined) countFault(`model ${fault}`, name);
    if (isError || loggedModelEvents.has(name)) log(`model:${name}`, fields);
  }

  /** The peer's fault: counted, told once of each kind, dropped. */
  function countFault(fault: string, name?: string): void {
    const count = (faultCounts.get(fault) ?? 0) + 1;
    faultCounts.set(fault, count);
    if (count === 1) log("fault", { fault, ...(name && { name }) });
  }

  function hangUpHard(): void {
    tools.abort();
    for (const timer of timers.keys()) clearTimer(timer);
    caller?.socket.close(1000, "fallback");
    model.close();
    writeDown({ kind: "call.ended", verdict: "fallback", reason: "our own fault, twice", durationMs: 0 });
  }

  return {
    prepare: (said) => dispatch({ type: "call.prepared", said }),
    begin(stream) {
      caller?.socket.close(1000, "another stream took over");
      caller = stream;
      dispatch({ type: "stream.started", said: stream.said, streamSid: stream.streamSid });
    },
    takeFromCaller(data) {
      const message = decode(data);
      if (message.kind === "event") dispatch(message.event);
      else countFault(message.kind === "fault" ? `stream ${message.fault}` : `stream second ${message.kind}`);
    },
    callerClosed: (code, reason) => dispatch({ type: "stream.closed", code, reason }),
    recalled: () => dispatch({ type: "call.recalled" }),
    carrierReported: (report) => dispatch({ type: "carrier.reported", report }),
    verdictAsked: () => dispatch({ type: "verdict.asked" }),
    transferEnded: (outcome) => dispatch({ type: "transfer.ended", outcome }),
    keysSent: (round) => dispatch({ type: "keys.sent", round }),
    get end() {
      return bridge.end;
    },
    get follow() {
      return bridge.follow;
    },
    get transcript() {
      return bridge.transcript;
    },
    get live() {
      return caller?.socket.isOpen ? { lastFrameAtMs: bridge.lastFrameAtMs } : undefined;
    },
    census: () => ({
      streamCount: Number(caller?.socket.isOpen ?? false),
      modelLegCount: model.openCount,
      timerCount: timers.size,
    }),
  };
}
