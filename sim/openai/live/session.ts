import { type Clock, type Timer, virtualClock } from "../../clock.ts";
import { faultyLink } from "../../network/faulty-link.ts";
import type { LinkFault } from "../../network/link-fault.ts";
import { seededRandom } from "../../network/random.ts";
import type { Speak } from "../../voice/voices.ts";
import type { Peer, Wire } from "../../wire.ts";
import type { Fact } from "../facts.ts";
import { sessionIds } from "../ids.ts";
import { binaryFrame } from "../read-event.ts";
import { defaultLiveBehaviour, defaultPace, type Fault, type Scenario } from "../scenario.ts";
import { sessionTimers } from "../session-timers.ts";
import type { Objection } from "../shape.ts";
import { speechStore } from "../speech-store.ts";
import type { LiveClientEvent, LiveStart } from "./client-event-types.ts";
import { readLiveEvent } from "./client-events.ts";
import type { LiveContext } from "./context.ts";
import { type LiveConversation, liveConversation } from "./conversation.ts";
import type { SpokenUtterance } from "./mouth.ts";
import { answering, type EmitLive } from "./server-events.ts";
import { type LiveConfig, resolveConfig } from "./session-config.ts";
import { expiryMs, scheduleFaults } from "./session-faults.ts";
import { type LiveUsage, liveUsage } from "./usage.ts";

/** What a session is made of. Its model is named by its first message. */
export type LiveSessionOptions = {
  wire: Wire;
  clock: Clock;
  speak: Speak;
  scenario?: Scenario;
  onEvent?: (fact: Fact) => void;
  /** Part of every id, so that no two sessions share one. */
  name?: string;
  /** Unix time, in milliseconds, at which the clock stood at 0. */
  epochMs?: number;
};

/** A session as its client sees it, with windows for tests. */
export type LiveSession = Peer & {
  /** Has something happen to its connection. */
  befall: (fault: LinkFault) => void;
  /** What `session.start` has come to; nothing before it was taken. */
  config(): LiveConfig | undefined;
  /** How far the session's timeline has come. */
  timelineMs(): number;
  /** Everything appended, as 8 kHz μ-law. */
  appended(): Uint8Array;
  /** What the model has said, utterance by utterance, as it was sent. */
  spoken(): SpokenUtterance[];
  /** How many events of each type the client has sent and was not told off for. */
  received(): Record<string, number>;
  /** Everything that was reported. */
  facts(): readonly Fact[];
};

/** A session on its way from the first message to the last. */
type Stage =
  | { type: "unstarted" | "starting" | "refused" | "ended" | "over" }
  | ({ type: "running" | "closing" } & Running);

type Running = { context: LiveContext; conversation: LiveConversation; usage: LiveUsage };

/** How long a session may last is nowhere published (openai.md 13); `expires_at` has it. */
const sessionLifeMs = 60 * 60_000;
/** A client that has got `session.closed` closes its socket; the service waits for it so long. */
const lingerMs = 10_000;

/**
 * GPT-Live as one client meets it (openai.md part B): mute until it is started, strict about what it is sent, and full
 * duplex. Its time is the audio that is appended, so that without audio it says nothing, and acknowledges little.
 */
export function liveSession(options: LiveSessionOptions): LiveSession {
  const { speak, scenario = {}, onEvent, name = "1", epochMs = 0 } = options;
  const clock = sessionTimers(options.clock);
  const link = faultyLink(options.wire, options.clock, seededRandom(Number(name)));
  const openedAtMs = clock.nowMs();
  const timeline = virtualClock();
  const ids = sessionIds(name);
  const facts: Fact[] = [];
  const received = new Map<string, number>();
  const faults = scenario.faults ?? [];
  let stage: Stage = { type: "unstarted" };
  let started: Running | undefined;
  let lingering: Timer | undefined;

  const report = (fact: Fact): void => {
    facts.push(fact);
    onEvent?.(fact);
  };
  const sendText = (text: string): void => {
    if (stage.type !== "over") link.wire.send(text);
  };
  const emit: EmitLive = (event) => sendText(JSON.stringify({ event_id: ids.event(), ...event }));

  function reject({ code, message, param }: Objection, eventId: string | null): void {
    report({ type: "objected", code, message });
    const details = { ...(param === null ? {} : { param }), ...answering(eventId) };
    emit({ type: "error", error: { type: "invalid_request_error", code, message, ...details } });
  }

  function end(code: number, reason: string): void {
    if (stage.type === "over") return;
    over(code, reason);
    link.wire.close(code, reason);
  }

  function over(code: number, reason: string): void {
    if (stage.type === "running") stage.conversation.end();
    stage = { type: "over" };
    clock.cancelAll();
    lingering?.cancel();
    report({ type: "closed", code, reason });
  }

  function start(session: LiveStart, eventId: string | null): void {
    const refusal = faults.find((fault) => fault.type === "refuse-start");
    if (refusal !== undefined) {
      stage = { type: "refused" };
      return emit({ type: "error", error: { ...refusal.error, ...answering(eventId) } });
    }
    stage = { type: "starting" };
    const waitMs = startedAfterMs(faults);
    if (waitMs === 0) begin(session, eventId);
    else if (waitMs !== "never") clock.after(waitMs, () => begin(session, eventId));
  }

  function begin(session: LiveStart, eventId: string | null): void {
    const endMs = Math.min(clock.nowMs() + sessionLifeMs, openedAtMs + expiryMs(scenario));
    const expiresAt = Math.floor((epochMs + endMs) / 1_000);
    const context: LiveContext = {
      clock,
      timeline,
      emit,
      emitAudio: (delta) => sendText(JSON.stringify({ type: "session.output_audio.delta", delta })),
      report,
      ids,
      scenario,
      behaviour: { ...defaultLiveBehaviour, ...scenario.live },
      pace: { ...defaultPace, ...scenario.pace },
      speech: speechStore(speak, (message) => report({ type: "warning", message })),
      config: resolveConfig(session, `live_${name}`, expiresAt),
      isCallerSpeaking: false,
      lastCallerAudio: undefined,
    };
    const conversation = liveConversation(context, timeline);
    started = { context, conversation, usage: liveUsage(context) };
    stage = { type: "running", ...started };
    emit({ type: "session.started", session: context.config, ...answering(eventId) });
    const format = context.config.audio.format.type;
    const instructions = context.config.instructions ?? "";
    report({ type: "session-configured", instructions, inputFormat: format, outputFormat: format });
    clock.after(sessionLifeMs, () => finish("expired"));
  }

  /** The tail of the output still comes, then the bill, then the end. */
  function close(eventId: string | null): void {
    if (stage.type !== "running") return;
    if (faults.some((fault) => fault.type === "drop-on-close")) return end(1006, "");
    stage.conversation.end();
    stage = { ...stage, type: "closing" };
    clock.after(stage.context.behaviour.closingMs, () => finish("close_requested", eventId));
  }

  function finish(reason: ClosingReason, eventId: string | null = null): void {
    if (stage.type !== "running" && stage.type !== "closing") return;
    const { context, conversation, usage } = stage;
    if (stage.type === "running") conversation.end();
    conversation.finish();
    usage.tell();
    const seconds = usage.seconds();
    clock.cancelAll();
    emit({ type: "session.closed", reason, usage: { seconds }, session: context.config, ...answering(eventId) });
    stage = { type: "ended" };
    lingering = options.clock.after(lingerMs, () => end(1000, ""));
  }

  function obey(event: LiveClientEvent): Objection | undefined {
    const eventId = event.event_id ?? null;
    switch (stage.type) {
      case "unstarted":
        if (event.type !== "session.start") return refuse(notStarted);
        start(event.session, eventId);
        return undefined;
      case "starting":
      case "refused":
        return noSession;
      case "closing":
        return event.type === "session.input_audio.append" ? stage.conversation.obey(event) : closing;
      case "running":
        if (event.type === "session.start") return alreadyStarted;
        if (event.type !== "session.close") return stage.conversation.obey(event);
        close(eventId);
        return undefined;
      case "ended":
      case "over":
        return undefined;
    }
  }

  /** An error at the start means that there will be no session (openai.md B1). */
  function refuse(objection: Objection): Objection {
    if (stage.type === "unstarted") stage = { type: "refused" };
    return objection;
  }

  scheduleFaults(scenario, { clock, emit, sendText, finish, befall: link.befall });

  const peer: Peer = {
    receive(message) {
      if (stage.type === "over") return;
      if (typeof message !== "string") return reject(refuse(binaryFrame), null);
      const read = readLiveEvent(message);
      if (!read.ok) return reject(refuse(read.objection), read.eventId);
      const objection = obey(read.event);
      if (objection !== undefined) return reject(objection, read.event.event_id ?? null);
      received.set(read.event.type, (received.get(read.event.type) ?? 0) + 1);
    },
    closed(code, reason) {
      if (stage.type !== "over") over(code, reason);
    },
  };

  return {
    ...link.guard(peer),
    befall: link.befall,
    config: () => started?.context.config,
    timelineMs: () => timeline.nowMs(),
    appended: () => started?.conversation.appended.view().slice() ?? new Uint8Array(0),
    spoken: () => started?.conversation.spoken() ?? [],
    received: () => Object.fromEntries(received),
    facts: () => facts,
  };
}

type ClosingReason = "close_requested" | Extract<Fault, { type: "end-session" }>["reason"];

/** How long a session that could start keeps it to itself. */
function startedAfterMs(faults: readonly Fault[]): number | "never" {
  const hold = faults.find((fault) => fault.type === "hold-session-started");
  if (hold === undefined) return 0;
  return hold.forMs === "ever" ? "never" : hold.forMs;
}

const objection = (message: string): Objection => ({ code: "invalid_event", message, param: "type" });

const notStarted = objection("The first message must be session.start.");
const alreadyStarted = objection("The session has already started.");
const noSession = objection("There is no session: wait for session.started, or connect again.");
const closing = objection("The session is closing.");
