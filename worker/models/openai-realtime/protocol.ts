import { isBase64 } from "../../../common/audio.ts";
import type { BridgeEvent, ResponseOutcome } from "../../bridge/events.ts";
import type { ModelFault, ModelMessage, Provider } from "../provider.ts";
import { modelAudio } from "../model-audio.ts";
import type { ModelSettings } from "../settings.ts";
import { type Fields, cut, object, parseObject, text } from "../../../common/json.ts";
import { tokensCost, transcriptionCost, usageOf } from "../cost.ts";
import { classify, fatalFailure } from "./errors.ts";
import { type Dialect, ga } from "./dialect.ts";
import { encode } from "./messages.ts";

/** A provider that speaks Realtime in a dialect. */
export const realtimeIn =
  (dialect: Dialect) =>
  (settings: ModelSettings): Provider => ({
    profile: dialect.profile,
    request: dialect.request(settings),
    decode: (message) => decode(message, settings, dialect),
    encode: (command) => encode(command, settings, dialect),
  });

/** OpenAI's Realtime API, the generally available one (openai.md part A). */
export const openaiRealtime = realtimeIn(ga);

const audioDelta = "response.output_audio.delta";
const audioDeltaPrefix = `{"type":"${audioDelta}"`;

/** Decodes one message. An audio delta is cut out of the text where it looks as the server writes it. */
function decode(message: unknown, settings: ModelSettings, dialect: Dialect): ModelMessage {
  if (typeof message !== "string") return faulty("binary");
  if (message.startsWith(audioDeltaPrefix)) {
    const events = audio(cut(message, '"response_id":"'), cut(message, '"item_id":"'), cut(message, '"delta":"'));
    if (events) return { name: audioDelta, events };
  }
  const fields = parseObject(message);
  if (fields === undefined) return faulty("not-json");
  const name = text(fields["type"]);
  if (name === undefined) return faulty("malformed");
  const gaName = dialect.eventName(name);
  if (gaName === undefined) return { name, events: [], fields };
  return { name, ...decodeFields(gaName, fields, settings, dialect), fields };
}

type Decoded = Pick<ModelMessage, "events" | "fault" | "isError">;

function decodeFields(name: string, fields: Fields, settings: ModelSettings, dialect: Dialect): Decoded {
  const responseId = text(fields["response_id"]);
  const itemId = text(fields["item_id"]);
  switch (name) {
    case "session.created":
      return meaning({ type: "model.opened" });
    case "session.updated":
      return meaning(
        dialect.hasTelephoneFormats(fields["session"])
          ? { type: "model.ready", expiresAtMs: expiryOf(object(fields["session"])) }
          : { type: "model.failed", reason: "the session's audio format is not audio/pcmu both ways" },
      );
    case "error":
      return { events: classify(errorOf(object(fields["error"]), dialect)), isError: true };
    case "input_audio_buffer.speech_started":
      return meaning({ type: "model.speech-started", itemId: itemId ?? "" });
    case "input_audio_buffer.speech_stopped":
      return meaning({ type: "model.speech-stopped" });
    case "response.created":
      return withId(object(fields["response"])["id"], (id) => ({ type: "model.response-started", responseId: id }));
    case audioDelta:
      return understood(audio(responseId, itemId, text(fields["delta"])));
    case "response.output_audio.done":
      return understood(responseId && itemId ? [{ type: "model.audio-ended", responseId, itemId }] : undefined);
    case "response.output_item.done":
      return toolCall(responseId, object(fields["item"]));
    case "conversation.item.added":
    case "conversation.item.created": // The older name.
      return itemAdded(object(fields["item"]), text(fields["previous_item_id"]));
    case "conversation.item.input_audio_transcription.completed":
      return callerWords(itemId, fields, settings);
    case "conversation.item.input_audio_transcription.failed":
      return understood(itemId && [{ type: "model.caller-words", itemId, text: undefined }]);
    case "response.output_audio_transcript.delta":
      return understood(itemId && [{ type: "model.agent-words", itemId, text: text(fields["delta"]) ?? "" }]);
    case "response.done":
      return ended(object(fields["response"]), "completed", settings);
    case "response.cancelled": // Named by the guide, absent from the types; both are accepted (openai.md A4).
      return ended(object(fields["response"]), "cancelled", settings);
    default:
      return known.test(name) ? { events: [] } : { events: [], fault: "unknown-event" };
  }
}

/** When the session will end whatever happens: nothing warns of it (openai.md A9). */
const expiryOf = ({ expires_at: seconds }: Fields): number | undefined =>
  typeof seconds === "number" && seconds > 0 ? seconds * 1_000 : undefined;

/** The families of events that the API has (openai.md A4): those without a case above mean nothing to the call. */
const known =
  /^(session|conversation|input_audio_buffer|output_audio_buffer|response|rate_limits|mcp_list_tools|transcription_session)\./;

const meaning = (event: BridgeEvent): Decoded => ({ events: [event] });
const understood = (events: BridgeEvent[] | "" | false | undefined): Decoded =>
  events ? { events } : { events: [], fault: "malformed" };
const withId = (id: unknown, event: (id: string) => BridgeEvent): Decoded =>
  understood(typeof id === "string" ? [event(id)] : undefined);

function audio(responseId?: string, itemId?: string, payload?: string): BridgeEvent[] | undefined {
  if (responseId === undefined || itemId === undefined || payload === undefined || !isBase64(payload)) return undefined;
  return [modelAudio(responseId, itemId, payload)];
}

const outcomes: readonly ResponseOutcome[] = ["completed", "cancelled", "incomplete", "failed"];

function ended(response: Fields, otherwise: ResponseOutcome, { model }: ModelSettings): Decoded {
  const responseId = text(response["id"]);
  if (responseId === undefined) return understood(undefined);
  const outcome = outcomes.find((candidate) => candidate === response["status"]) ?? otherwise;
  const tokens = usageOf(response["usage"]);
  const error = object(object(response["status_details"])["error"]);
  return {
    events: [
      { type: "model.usage", tokens, ...tokensCost(model, tokens) },
      // First: after it, nobody asks for another try.
      ...fatalFailure(text(error["code"]), text(error["message"])),
      { type: "model.response-ended", responseId, outcome },
    ],
  };
}

/** Writing the caller's words down is billed by the second of speech (openai.md A8). */
function callerWords(itemId: string | undefined, fields: Fields, { transcription }: ModelSettings): Decoded {
  if (itemId === undefined) return understood(undefined);
  const seconds = object(fields["usage"])["seconds"];
  const words: BridgeEvent = { type: "model.caller-words", itemId, text: text(fields["transcript"]) ?? "" };
  if (typeof seconds !== "number" || transcription === undefined) return meaning(words);
  return { events: [words, { type: "model.usage", ...transcriptionCost(transcription.model, seconds) }] };
}

/** Only a complete call: an interruption leaves broken arguments behind (openai.md A6). */
function toolCall(responseId: string | undefined, item: Fields): Decoded {
  if (item["type"] !== "function_call" || item["status"] !== "completed") return { events: [] };
  const [toolCallId, name, json] = [text(item["call_id"]), text(item["name"]), text(item["arguments"])];
  if (responseId === undefined || toolCallId === undefined || name === undefined) return understood(undefined);
  return meaning({ type: "model.tool-called", responseId, toolCallId, name, arguments: json ?? "" });
}

function itemAdded(item: Fields, previousItemId: string | undefined): Decoded {
  const itemId = text(item["id"]);
  const events: BridgeEvent[] = [];
  if (itemId !== undefined)
    events.push({
      type: "model.item-added",
      itemId,
      previousItemId,
      role: item["role"] === "user" ? "caller" : "agent",
    });
  const toolCallId = text(item["call_id"]);
  if (item["type"] === "function_call_output" && toolCallId !== undefined)
    events.push({ type: "model.tool-output-taken", toolCallId });
  return understood(events.length > 0 && events);
}

const errorOf = (error: Fields, dialect: Dialect): Parameters<typeof classify>[0] => ({
  type: text(error["type"]),
  code: text(dialect.errorCode(error)),
  message: text(error["message"]) ?? "",
  commandId: text(error["event_id"]),
});

const faulty = (fault: ModelFault): ModelMessage => ({ name: "", events: [], fault });
