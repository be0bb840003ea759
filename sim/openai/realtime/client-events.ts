import { eventReader } from "../read-event.ts";
import type { ClientEvent } from "./client-event-types.ts";
import {
  audioFormat,
  maxOutputTokens,
  outputModalities,
  reasoning,
  sessionShape,
  toolChoice,
  tools,
  voice,
} from "./session-shape.ts";
import {
  anything,
  boolean,
  byField,
  fields,
  type Fields,
  isRecord,
  listOf,
  nullOr,
  type Objection,
  oneOf,
  type Shape,
  text,
  wholeNumberFrom,
} from "../shape.ts";

const inputText = fields({ type: anything, text: text() });

const itemFields: Fields = {
  id: text(),
  object: oneOf("realtime.item"),
  status: oneOf("completed", "incomplete", "in_progress"),
};

const messageWith = (content: Shape): Shape =>
  fields({ type: anything, role: anything, content: listOf(content) }, itemFields);

/** Assistant audio cannot be put into a conversation, only its text (openai.md A9, re-seed). */
const message = (assistantText: "output_text" | "text"): Shape =>
  byField("role", {
    system: messageWith(byField("type", { input_text: inputText })),
    user: messageWith(
      byField("type", {
        input_text: inputText,
        input_audio: fields({ type: anything, audio: text() }, { transcript: text() }),
        input_image: fields({ type: anything, image_url: text() }, { detail: oneOf("auto", "low", "high") }),
      }),
    ),
    assistant: messageWith(byField("type", { [assistantText]: inputText })),
  });

/** What an item may be, by type; the beta had another name for what the assistant says. */
export const itemShapes = (assistantText: "output_text" | "text"): Record<string, Shape> => ({
  message: message(assistantText),
  function_call: fields({ type: anything, name: text(), arguments: text() }, { ...itemFields, call_id: text() }),
  function_call_output: fields({ type: anything, call_id: text(), output: text() }, itemFields),
});

/** An item, or one that the conversation has already. */
export const itemOrReference = (assistantText: "output_text" | "text"): Shape =>
  byField("type", { ...itemShapes(assistantText), item_reference: fields({ type: anything, id: text() }) });

/** What may be asked of one response. */
export const responseFields: Fields = {
  instructions: text(),
  conversation: oneOf("auto", "none"),
  input: listOf(itemOrReference("output_text")),
  output_modalities: outputModalities,
  audio: fields({}, { output: fields({}, { format: audioFormat, voice }) }),
  tools,
  tool_choice: toolChoice,
  max_output_tokens: maxOutputTokens,
  metadata: nullOr(metadata),
  reasoning,
  parallel_tool_calls: boolean,
};

/** At most 16 pairs of strings. */
export function metadata(value: unknown, path: string): Objection | undefined {
  if (!isRecord(value)) return fields({})(value, path);
  return fields({}, Object.fromEntries(Object.keys(value).map((name) => [name, text(512)])))(value, path);
}

/** The eleven events a client may send (openai.md A3). */
export const clientEvents: Record<ClientEvent["type"], Shape> = {
  "session.update": fields({ type: anything, session: sessionShape }, { event_id: text(512) }),
  "input_audio_buffer.append": event({ audio: text(15 * 1024 * 1024) }),
  "input_audio_buffer.commit": event({}),
  "input_audio_buffer.clear": event({}),
  "output_audio_buffer.clear": event({}),
  "conversation.item.create": event(
    { item: byField("type", itemShapes("output_text")) },
    { previous_item_id: nullOr(text()) },
  ),
  "conversation.item.delete": event({ item_id: text() }),
  "conversation.item.retrieve": event({ item_id: text() }),
  "conversation.item.truncate": event({
    item_id: text(),
    content_index: wholeNumberFrom(0, Number.MAX_SAFE_INTEGER),
    audio_end_ms: wholeNumberFrom(0, Number.MAX_SAFE_INTEGER),
  }),
  "response.create": event({}, { response: fields({}, responseFields) }),
  "response.cancel": event({}, { response_id: text() }),
};

/** A shape of an event, beside its type and id. */
export function event(required: Fields, optional: Fields = {}): Shape {
  return fields({ type: anything, ...required }, { event_id: text(512), ...optional });
}

/** Reads one message of the client: an event that keeps to openai.md A3, or the objection to it. */
export const readClientEvent = eventReader<ClientEvent>(clientEvents);
