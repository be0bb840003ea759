import type { Clock } from "../../clock.ts";
import { type Admission, admitByModel } from "../admission.ts";
import { bearerOf } from "../keys.ts";
import { eventReader } from "../read-event.ts";
import type { ClientEvent, ResponseParameters } from "../realtime/client-event-types.ts";
import { clientEvents, event as eventShape, responseFields } from "../realtime/client-events.ts";
import type { ServerEvent } from "../realtime/server-events.ts";
import type { SessionConfig, SessionUpdate } from "../realtime/session-config.ts";
import { audioFormat, idleTimeoutMs, serverVad } from "../realtime/session-shape.ts";
import { anything, byField, fields, listOf, nullOr, numberFrom, oneOf, text } from "../shape.ts";
import type { Dialect } from "./dialect.ts";

/**
 * xAI's Grok Voice (openai.md 8): the GA interface, but voice and turn detection stand at the top of the session, which
 * has no type; the first event is `conversation.created`; `ping` comes between; errors are told by their message alone.
 * PCM of other rates than 24 kHz, A-law, the built-in searches and `resumption` are real, and not simulated.
 */
export const xai: Dialect = {
  basePath: "/v1",
  hasLive: false,
  keyOf: bearerOf,
  admit: (_, url) => admitByModel(url, (model) => (model.startsWith("grok-") ? undefined : unknownModel(model))),
  translate(clock) {
    let wantsUpdates = false;
    return {
      read(message) {
        const read = readXaiEvent(message);
        if (!read.ok) return read;
        if (read.event.type === "session.update")
          wantsUpdates = read.event.session.audio?.input?.transcription?.model !== undefined;
        return { ok: true, event: toGa(read.event) };
      },
      write: (event) => fromGa(event, { clock, wantsUpdates }),
    };
  },
};

const unknownModel = (model: string): Admission => ({
  type: "open-and-close",
  code: "model_not_found",
  message: `The model '${model}' does not exist.`,
});

type Input = NonNullable<NonNullable<SessionUpdate["audio"]>["input"]>;
type Output = NonNullable<NonNullable<SessionUpdate["audio"]>["output"]>;
type TurnDetection = Extract<NonNullable<Input["turn_detection"]>, { type: "server_vad" }>;

/** The `session` of a `session.update`. */
type XaiSession = Pick<SessionUpdate, "instructions" | "tools"> & {
  voice?: string;
  turn_detection?: TurnDetection | { type: null } | null;
  reasoning?: { effort?: string };
  audio?: {
    input?: Pick<Input, "format"> & {
      transcription?: { model?: string; language_hint?: string; keyterms?: string[] } | null;
    };
    output?: Pick<Output, "format" | "speed">;
  };
};

type XaiEvent =
  | Exclude<ClientEvent, { type: "session.update" | "response.create" }>
  | { event_id?: string; type: "session.update"; session: XaiSession }
  | {
      event_id?: string;
      type: "response.create";
      response?: ResponseParameters & { modalities?: ("text" | "audio")[] };
    };

const detector = {
  threshold: numberFrom(0.1, 0.9),
  prefix_padding_ms: serverVad.prefix_padding_ms,
  silence_duration_ms: serverVad.silence_duration_ms,
  idle_timeout_ms: idleTimeoutMs,
};

const session = fields(
  {},
  {
    instructions: text(),
    voice: text(),
    turn_detection: nullOr(fields({ type: nullOr(oneOf("server_vad")) }, detector)),
    audio: fields(
      {},
      {
        input: fields(
          {},
          {
            format: audioFormat,
            transcription: nullOr(fields({}, { model: text(), language_hint: text(), keyterms: listOf(text(50)) })),
          },
        ),
        output: fields({}, { format: audioFormat, speed: numberFrom(0.7, 1.5) }),
      },
    ),
    reasoning: fields({}, { effort: text() }),
    tools: listOf(
      byField("type", {
        function: fields({ type: anything, name: text(64), parameters: anything }, { description: text() }),
      }),
    ),
  },
);

const readXaiEvent = eventReader<XaiEvent>({
  ...clientEvents,
  "session.update": eventShape({ session }),
  "response.create": eventShape(
    {},
    { response: fields({}, { ...responseFields, modalities: listOf(oneOf("text", "audio"), 1) }) },
  ),
});

function toGa(event: XaiEvent): ClientEvent {
  if (event.type === "session.update") return { ...event, session: sessionToGa(event.session) };
  if (event.type !== "response.create") return event;
  const { modalities, ...response } = event.response ?? {};
  if (modalities === undefined) return { ...event, response };
  return {
    ...event,
    response: { ...response, output_modalities: modalities.includes("audio") ? ["audio"] : ["text"] },
  };
}

function sessionToGa(session: XaiSession): SessionUpdate {
  const input: Input = {};
  const output: Output = { ...session.audio?.output };
  const { format, transcription } = session.audio?.input ?? {};
  if (format !== undefined) input.format = format;
  if (transcription !== undefined) input.transcription = transcription && { model: transcription.model ?? "grok-stt" };
  if (session.turn_detection !== undefined) input.turn_detection = turnDetectionToGa(session.turn_detection);
  if (session.voice !== undefined) output.voice = session.voice;

  const update: SessionUpdate = { type: "realtime", audio: { input, output } };
  if (session.instructions !== undefined) update.instructions = session.instructions;
  if (session.tools !== undefined) update.tools = session.tools;
  return update;
}

/** The threshold that xAI's server picks. */
const turnDetectionToGa = (given: XaiSession["turn_detection"]): Input["turn_detection"] & (object | null) =>
  given === null || given === undefined || given.type === null
    ? null
    : { ...given, threshold: given.threshold ?? 0.85 };

function fromGa(event: ServerEvent, { clock, wantsUpdates }: { clock: Clock; wantsUpdates: boolean }): object[] {
  const { event_id } = event;
  switch (event.type) {
    case "session.created": {
      const conversation = { id: event.session.id.replace("sess", "conv"), object: "realtime.conversation" };
      return [{ event_id, type: "conversation.created", conversation }];
    }
    case "session.updated":
      return [
        { ...event, session: sessionFromGa(event.session) },
        { event_id: `${event_id}_ping`, type: "ping", timestamp: Math.round(clock.nowMs()) },
      ];
    case "conversation.item.input_audio_transcription.delta": {
      const { item_id, content_index, delta: transcript } = event;
      const type = "conversation.item.input_audio_transcription.updated";
      return wantsUpdates ? [{ event_id, type, item_id, content_index, transcript }] : [];
    }
    case "response.done":
      return [{ ...event, usage: event.response.usage }];
    case "error":
      return [{ ...event, error: { ...event.error, code: null, param: paramFromGa(event.error) } }];
    default:
      return [event];
  }
}

function sessionFromGa(config: SessionConfig): object {
  const { input, output } = config.audio;
  return {
    id: config.id,
    object: config.object,
    model: config.model,
    instructions: config.instructions,
    voice: output.voice,
    turn_detection: input.turn_detection ?? { type: null },
    audio: {
      input: { format: input.format, transcription: input.transcription },
      output: { format: output.format, speed: output.speed },
    },
    tools: config.tools,
  };
}

/** Only the session itself objects to a voice that was heard; it knows it in another place. */
const paramFromGa = ({ code, param }: { code?: string | null; param?: string | null }): string | null =>
  code === "cannot_update_voice" ? "session.voice" : (param ?? null);
