import type { ConversationItem } from "openai/resources/realtime/realtime";
import type { Clock } from "../../clock.ts";
import { faultyLink } from "../../network/faulty-link.ts";
import type { LinkFault } from "../../network/link-fault.ts";
import { seededRandom } from "../../network/random.ts";
import type { Speak } from "../../voice/voices.ts";
import type { Peer, Wire } from "../../wire.ts";
import type { Translation } from "../dialects/dialect.ts";
import type { Fact } from "../facts.ts";
import { sessionIds } from "../ids.ts";
import { realtimeModels } from "../models.ts";
import { binaryFrame } from "../read-event.ts";
import type { Scenario } from "../scenario.ts";
import { sessionTimers } from "../session-timers.ts";
import { speechStore } from "../speech-store.ts";
import { type CallerTurns, callerTurns } from "./caller-turns.ts";
import type { ClientEvent } from "./client-event-types.ts";
import type { SessionContext } from "./context.ts";
import { conversation } from "./conversation.ts";
import { asItIs } from "./ga.ts";
import { createItem, deleteItem, retrieveItem } from "./item-edits.ts";
import { type Responses, responses } from "./responses.ts";
import { configure } from "./configure.ts";
import { defaultConfig } from "./session-config.ts";
import { lifeMs, scheduleFaults } from "./session-faults.ts";
import { invalidValue, type Objection } from "../shape.ts";
import { truncateItem } from "./truncation.ts";
import { usageMeter } from "./usage.ts";

/** What a session is made of. */
export type RealtimeSessionOptions = {
  wire: Wire;
  clock: Clock;
  model: string;
  speak: Speak;
  scenario?: Scenario;
  onEvent?: (fact: Fact) => void;
  /** The dialect of the endpoint; without, the GA interface. */
  translation?: Translation;
  /** Part of every id, so that no two sessions share one. */
  name?: string;
  /** Unix time, in milliseconds, at which the clock stood at 0. */
  epochMs?: number;
};

/** A session as its client sees it, with windows for tests. */
export type RealtimeSession = Peer & {
  /** Has something happen to its connection. */
  befall: (fault: LinkFault) => void;
  /** Everything appended, as 8 kHz μ-law. */
  appended(): Uint8Array;
  /** The conversation, first item to last. */
  items(): ConversationItem[];
  /** All speech sent, by item, as 8 kHz μ-law: also what was truncated later. */
  spoken(): { itemId: string; audio: Uint8Array }[];
  /** How many events of each type the client has sent and was not told off for. */
  received(): Record<string, number>;
  /** Everything that was reported. */
  facts(): readonly Fact[];
};

/**
 * The Realtime API as one client meets it (openai.md part A): strict about what it is sent, energetic about what it
 * hears, following a scenario in what it says. It speaks first, `session.created`, as soon as the clock runs.
 */
export function realtimeSession(options: RealtimeSessionOptions): RealtimeSession {
  const { model, speak, scenario = {}, onEvent, translation = asItIs, name = "1", epochMs = 0 } = options;
  const clock = sessionTimers(options.clock);
  const link = faultyLink(options.wire, options.clock, seededRandom(Number(name)));
  const ids = sessionIds(name);
  const facts: Fact[] = [];
  const received = new Map<string, number>();
  let isOver = false;

  const report = (fact: Fact): void => {
    facts.push(fact);
    onEvent?.(fact);
  };
  const sendText = (text: string): void => {
    if (!isOver) link.wire.send(text);
  };
  const context: SessionContext = {
    clock,
    emit(event) {
      for (const each of translation.write({ event_id: ids.event(), ...event })) sendText(JSON.stringify(each));
    },
    report,
    ids,
    model: realtimeModels.get(model) ?? { id: model, isReasoning: true },
    scenario,
    conversation: conversation(),
    speech: speechStore(speak, (message) => report({ type: "warning", message })),
    usage: usageMeter(),
    spoken: new Map(),
    isConfigured: false,
    config: defaultConfig(`sess_${name}`, model, Math.floor((epochMs + clock.nowMs() + lifeMs(scenario)) / 1_000)),
  };
  const modelSide: Responses = responses(context, (audioMs) => callerSide.modelEnded(audioMs));
  const callerSide: CallerTurns = callerTurns(context, modelSide, (objection) => reject(objection, null));

  function begin(): void {
    context.emit({ type: "session.created", session: context.config });
    scheduleFaults(context, sendText, end, link.befall);
  }

  function reject(objection: Objection, eventId: string | null): void {
    const { code, message, param } = objection;
    report({ type: "objected", code, message });
    context.emit({
      type: "error",
      error: { type: "invalid_request_error", code, message, param, event_id: eventId },
    });
  }

  function end(code: number, reason: string): void {
    if (isOver) return;
    over(code, reason);
    link.wire.close(code, reason);
  }

  function over(code: number, reason: string): void {
    isOver = true;
    clock.cancelAll();
    report({ type: "closed", code, reason });
  }

  function obey(event: ClientEvent): Objection | undefined {
    switch (event.type) {
      case "input_audio_buffer.append":
        return append(event.audio);
      case "session.update":
        return configure(context, event.session, modelSide.isResponding);
      case "input_audio_buffer.commit":
        return callerSide.commit();
      case "input_audio_buffer.clear":
        callerSide.clear();
        return undefined;
      case "output_audio_buffer.clear":
        return invalidValue("type", "output_audio_buffer.clear is for WebRTC and SIP only");
      case "conversation.item.create":
        return createItem(context, event);
      case "conversation.item.delete":
        return deleteItem(context, event.item_id);
      case "conversation.item.retrieve":
        return retrieveItem(context, event.item_id);
      case "conversation.item.truncate":
        return truncateItem(context, event);
      case "response.create":
        return modelSide.create(event.response ?? {});
      case "response.cancel":
        return modelSide.cancel(event.response_id);
    }
  }

  function append(audio: string): Objection | undefined {
    const bytes = Buffer.from(audio, "base64");
    if (bytes.length !== Buffer.byteLength(audio, "base64")) return invalidValue("audio", "it is not base64");
    if (!context.isConfigured) warnOnce(earlyAudio);
    callerSide.append(bytes);
    return undefined;
  }

  function warnOnce(message: string): void {
    const isKnown = facts.some((fact) => fact.type === "warning" && fact.message === message);
    if (!isKnown) report({ type: "warning", message });
  }

  for (const reply of scenario.replies ?? [])
    if (typeof reply !== "function")
      for (const item of reply.items) if (item.type === "speech") void context.speech.prepare(item.text);
  clock.after(0, begin);

  const peer: Peer = {
    receive(message) {
      if (isOver) return;
      if (typeof message !== "string") return reject(binaryFrame, null);
      const read = translation.read(message);
      if (!read.ok) return reject(read.objection, read.eventId);
      const objection = obey(read.event);
      if (objection !== undefined) return reject(objection, read.event.event_id ?? null);
      received.set(read.event.type, (received.get(read.event.type) ?? 0) + 1);
    },
    closed(code, reason) {
      if (!isOver) over(code, reason);
    },
  };

  return {
    ...link.guard(peer),
    befall: link.befall,
    appended: () => callerSide.input.heard.view().slice(),
    items: () => context.conversation.items().map(({ item }) => item),
    spoken: () =>
      [...context.spoken].map(([itemId, pieces]) => ({ itemId, audio: new Uint8Array(Buffer.concat(pieces)) })),
    received: () => Object.fromEntries(received),
    facts: () => facts,
  };
}

const earlyAudio = "Audio was appended before session.updated: it is read as PCM of 16 bits at 24 kHz.";
