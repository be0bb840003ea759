import type {
  RealtimeConversationItemAssistantMessage,
  ResponseItemReference,
} from "openai/resources/realtime/realtime";
import { eventReader } from "../read-event.ts";
import type { ClientEvent, NewItem, ResponseParameters } from "../realtime/client-event-types.ts";
import { clientEvents, event, itemOrReference, itemShapes, metadata } from "../realtime/client-events.ts";
import type { SessionUpdate } from "../realtime/session-config.ts";
import * as shapes from "../realtime/session-shape.ts";
import { anything, byField, fields, listOf, nullOr, numberFrom, oneOf, type Shape, text } from "../shape.ts";

export type BetaFormat = "pcm16" | "g711_ulaw";
/** The `session` of a `session.update`: flat. */
export type BetaSession = Pick<SessionUpdate, "model" | "instructions" | "tools" | "tool_choice" | "tracing"> &
  SessionUpdateOutput &
  SessionUpdateInput & {
    modalities?: ("text" | "audio")[];
    temperature?: number;
    max_response_output_tokens?: number | "inf";
  };
type SessionUpdateOutput = { voice?: string; speed?: number; output_audio_format?: BetaFormat };
type Input = NonNullable<NonNullable<SessionUpdate["audio"]>["input"]>;
type SessionUpdateInput = {
  input_audio_format?: BetaFormat;
  input_audio_transcription?: NonNullable<Input["transcription"]> | null;
  input_audio_noise_reduction?: NonNullable<Input["noise_reduction"]> | null;
  turn_detection?: NonNullable<Input["turn_detection"]> | null;
};
export type BetaResponse = Pick<
  ResponseParameters,
  "instructions" | "conversation" | "metadata" | "tools" | "tool_choice"
> &
  Pick<BetaSession, "modalities" | "voice" | "output_audio_format" | "temperature" | "max_response_output_tokens"> & {
    input?: (BetaItem | ResponseItemReference)[];
  };
/** An item that a client may put in; what the assistant said is plain `text`. */
export type BetaItem =
  | Exclude<NewItem, RealtimeConversationItemAssistantMessage>
  | (Omit<RealtimeConversationItemAssistantMessage, "content"> & { content: { type: "text"; text: string }[] });

/** A client event that keeps to the shape of the beta. */
export type BetaEvent =
  | Exclude<ClientEvent, { type: "session.update" | "response.create" | "conversation.item.create" }>
  | { event_id?: string; type: "conversation.item.create"; item: BetaItem; previous_item_id?: string | null }
  | { event_id?: string; type: "session.update"; session: BetaSession }
  | { event_id?: string; type: "response.create"; response?: BetaResponse };

const format = oneOf("pcm16", "g711_ulaw");
const voice = text();
const temperature = numberFrom(0.6, 1.2);

/** Speech never came without its text: `["audio"]` alone was refused. */
const modalities: Shape = (value, path) =>
  listOf(oneOf("audio", "text"), 1)(value, path) ??
  (Array.isArray(value) && !value.includes("text")
    ? { code: "invalid_value", message: "Supported combinations are: ['text'], ['audio', 'text'].", param: path }
    : undefined);

const turnDetection = byField("type", {
  server_vad: fields({ type: anything }, shapes.serverVad),
  semantic_vad: fields(
    { type: anything },
    {
      eagerness: oneOf("low", "medium", "high", "auto"),
      create_response: shapes.serverVad.create_response,
      interrupt_response: shapes.serverVad.interrupt_response,
    },
  ),
});

const common = {
  instructions: text(),
  modalities,
  voice,
  output_audio_format: format,
  tools: shapes.tools,
  tool_choice: shapes.toolChoice,
  temperature,
  max_response_output_tokens: shapes.maxOutputTokens,
};

const session = fields(
  {},
  {
    ...common,
    model: text(),
    input_audio_format: format,
    input_audio_transcription: nullOr(fields({ model: text() }, { language: text(), prompt: text() })),
    input_audio_noise_reduction: nullOr(fields({ type: oneOf("near_field", "far_field") })),
    turn_detection: nullOr(turnDetection),
    speed: numberFrom(0.25, 1.5),
    tracing: nullOr(shapes.tracing),
  },
);

const response = fields(
  {},
  {
    ...common,
    conversation: oneOf("auto", "none"),
    input: listOf(itemOrReference("text")),
    metadata: nullOr(metadata),
  },
);

/** Reads one message of the client, as strictly as the GA interface is read. */
export const readBetaEvent = eventReader<BetaEvent>({
  ...clientEvents,
  "session.update": event({ session }),
  "conversation.item.create": event(
    { item: byField("type", itemShapes("text")) },
    { previous_item_id: nullOr(text()) },
  ),
  "response.create": event({}, { response }),
});
