import type { ConversationItem, RealtimeResponse } from "openai/resources/realtime/realtime";
import { type Admission, admitByModel } from "../admission.ts";
import { bearerOf, subprotocolKeyOf } from "../keys.ts";
import type { ClientEvent, NewItem, ResponseParameters } from "../realtime/client-event-types.ts";
import type { ServerEvent } from "../realtime/server-events.ts";
import type { AudioFormat, SessionConfig, SessionUpdate } from "../realtime/session-config.ts";
import {
  type BetaEvent,
  type BetaFormat,
  type BetaItem,
  type BetaResponse,
  type BetaSession,
  readBetaEvent,
} from "./beta-events.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The Realtime interface as it was in beta (openai.md 8): flat sessions, other names, a temperature. OpenAI has shut it
 * down; other vendors' endpoints and some gateways still speak it, whatever they call their models.
 */
export const beta: Dialect = {
  basePath: "/v1",
  hasLive: false,
  keyOf: (request) => bearerOf(request) ?? subprotocolKeyOf(request),
  admit: (request, url) =>
    request.headers["openai-beta"] === "realtime=v1" ? admitByModel(url, () => undefined) : missingHeader,
  translate() {
    let temperature = 0.8;
    return {
      read(message) {
        const read = readBetaEvent(message);
        if (!read.ok) return read;
        if (read.event.type === "session.update") temperature = read.event.session.temperature ?? temperature;
        return { ok: true, event: toGa(read.event) };
      },
      write: (event) => fromGa(event, temperature),
    };
  },
};

const missingHeader: Admission = {
  type: "open-and-close",
  code: "missing_beta_header",
  message: "You must provide the header 'OpenAI-Beta: realtime=v1' to use the beta Realtime API.",
};

const gaFormats: Record<BetaFormat, AudioFormat> = {
  pcm16: { type: "audio/pcm", rate: 24_000 },
  g711_ulaw: { type: "audio/pcmu" },
};
const betaFormat = ({ type }: { type: AudioFormat["type"] }): BetaFormat =>
  type === "audio/pcm" ? "pcm16" : "g711_ulaw";

function toGa(event: BetaEvent): ClientEvent {
  switch (event.type) {
    case "session.update":
      return { ...event, session: sessionToGa(event.session) };
    case "response.create":
      return event.response === undefined
        ? { ...event, response: {} }
        : { ...event, response: responseToGa(event.response) };
    case "conversation.item.create":
      return { ...event, item: itemToGa(event.item) };
    default:
      return event;
  }
}

function sessionToGa(session: BetaSession): SessionUpdate {
  const input: NonNullable<NonNullable<SessionUpdate["audio"]>["input"]> = {};
  const output: NonNullable<NonNullable<SessionUpdate["audio"]>["output"]> = {};
  if (session.input_audio_format !== undefined) input.format = gaFormats[session.input_audio_format];
  if (session.input_audio_transcription !== undefined) input.transcription = session.input_audio_transcription;
  if (session.input_audio_noise_reduction !== undefined) input.noise_reduction = session.input_audio_noise_reduction;
  if (session.turn_detection !== undefined) input.turn_detection = session.turn_detection;
  if (session.output_audio_format !== undefined) output.format = gaFormats[session.output_audio_format];
  if (session.voice !== undefined) output.voice = session.voice;
  if (session.speed !== undefined) output.speed = session.speed;

  const update: SessionUpdate = { type: "realtime", audio: { input, output } };
  if (session.model !== undefined) update.model = session.model;
  if (session.instructions !== undefined) update.instructions = session.instructions;
  if (session.tools !== undefined) update.tools = session.tools;
  if (session.tool_choice !== undefined) update.tool_choice = session.tool_choice;
  if (session.tracing !== undefined) update.tracing = session.tracing;
  if (session.modalities !== undefined) update.output_modalities = modalitiesToGa(session.modalities);
  if (session.max_response_output_tokens !== undefined) update.max_output_tokens = session.max_response_output_tokens;
  return update;
}

function responseToGa(response: BetaResponse): ResponseParameters {
  const {
    modalities,
    voice,
    output_audio_format,
    max_response_output_tokens,
    temperature: _,
    input,
    ...same
  } = response;
  const output: NonNullable<NonNullable<ResponseParameters["audio"]>["output"]> = {};
  if (output_audio_format !== undefined) output.format = gaFormats[output_audio_format];
  if (voice !== undefined) output.voice = voice;
  const parameters: ResponseParameters = { ...same, audio: { output } };
  if (input !== undefined) parameters.input = input.map((item) => (item.type === "message" ? itemToGa(item) : item));
  if (modalities !== undefined) parameters.output_modalities = modalitiesToGa(modalities);
  if (max_response_output_tokens !== undefined) parameters.max_output_tokens = max_response_output_tokens;
  return parameters;
}

function itemToGa(item: BetaItem): NewItem {
  if (item.type !== "message" || item.role !== "assistant") return item;
  return { ...item, content: item.content.map(({ text }) => ({ type: "output_text", text })) };
}

const modalitiesToGa = (modalities: ("text" | "audio")[]): ("text" | "audio")[] =>
  modalities.includes("audio") ? ["audio"] : ["text"];

const modalitiesFromGa = (modalities: readonly string[] | undefined): string[] =>
  modalities?.includes("audio") === true ? ["audio", "text"] : ["text"];

/** What the GA interface calls `added` was `created`, and there was no `done` of an item in the conversation. */
function fromGa(event: ServerEvent, temperature: number): object[] {
  switch (event.type) {
    case "session.created":
    case "session.updated":
      return [{ ...event, session: sessionFromGa(event.session, temperature) }];
    case "conversation.item.added":
      return [{ ...event, type: "conversation.item.created", item: itemFromGa(event.item) }];
    case "conversation.item.done":
      return [];
    case "conversation.item.retrieved":
    case "response.output_item.added":
    case "response.output_item.done":
      return [{ ...event, item: itemFromGa(event.item) }];
    case "response.created":
    case "response.done":
      return [{ ...event, response: responseFromGa(event.response, temperature) }];
    case "error":
      return [{ ...event, error: { ...event.error, param: paramFromGa(event.error.param) } }];
    default:
      return [{ ...event, type: event.type.replace(/^response\.output_(audio|text)/, "response.$1") }];
  }
}

function sessionFromGa(config: SessionConfig, temperature: number): object {
  const { input, output } = config.audio;
  return {
    id: config.id,
    object: config.object,
    model: config.model,
    expires_at: config.expires_at,
    modalities: modalitiesFromGa(config.output_modalities),
    instructions: config.instructions,
    voice: output.voice,
    speed: output.speed,
    input_audio_format: betaFormat(input.format),
    output_audio_format: betaFormat(output.format),
    input_audio_transcription: input.transcription,
    input_audio_noise_reduction: input.noise_reduction,
    turn_detection: input.turn_detection,
    tools: config.tools,
    tool_choice: config.tool_choice,
    temperature,
    max_response_output_tokens: config.max_output_tokens,
    tracing: config.tracing,
  };
}

function responseFromGa(response: RealtimeResponse, temperature: number): object {
  const { output_modalities, audio, output = [], ...same } = response;
  return {
    ...same,
    output: output.map(itemFromGa),
    modalities: modalitiesFromGa(output_modalities),
    voice: audio?.output?.voice,
    output_audio_format: audio?.output?.format?.type === "audio/pcmu" ? "g711_ulaw" : "pcm16",
    temperature,
  };
}

function itemFromGa(item: ConversationItem): object {
  if (item.type !== "message" || item.role !== "assistant") return item;
  return { ...item, content: item.content.map((part) => ({ ...part, type: part.type?.replace("output_", "") })) };
}

/** Where the field that is objected to stood in the beta. */
const paramFromGa = (param: string | null | undefined): string | null =>
  (param ?? null)?.replace(/^session\.audio\.(input|output)\.(turn_detection|voice|speed)/, "session.$2") ?? null;
