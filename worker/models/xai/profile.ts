import type { Fields } from "../../../common/json.ts";
import { text } from "../../../common/json.ts";
import { isOpenaiVoice } from "../../../common/voices.ts";
import { type Dialect, ga } from "../openai-realtime/dialect.ts";
import { realtimeIn } from "../openai-realtime/protocol.ts";
import { functionTool } from "../openai-realtime/session.ts";
import type { ModelSettings, TurnDetection } from "../settings.ts";

/**
 * xAI's Grok Voice: Realtime, but voice and turn detection stand at the top of the session; it begins with
 * `conversation.created`, and tells errors by their message alone (openai.md 8). It cannot be kept from answering by
 * itself, so that nobody may doubt what it takes for speech. Never tried against the live service.
 */
const dialect: Dialect = {
  ...ga,
  profile: { turns: "server-turns", opens: "by-message" },
  session,
  noChange: {},
  eventName(name) {
    if (name === "conversation.created") return "session.created";
    return name === "ping" ? undefined : name;
  },
  errorCode: ({ code, message }) => code ?? codes.find(([words]) => words.test(text(message) ?? ""))?.[1],
};

export const xai = realtimeIn(dialect);

const codes: [RegExp, string][] = [
  [/already has an active response/i, "conversation_already_has_active_response"],
  [/no active response/i, "response_cancel_not_active"],
];

/** G.711 μ-law, without a rate. */
const format = { type: "audio/pcmu" };

function session(settings: ModelSettings): Fields {
  const { instructions, voice, tools, transcription } = settings;
  return {
    instructions,
    // A voice of another vendor is refused; without one there is a default.
    ...(isOpenaiVoice(voice) ? {} : { voice }),
    turn_detection: turnDetection(settings.turnDetection),
    audio: {
      input: {
        format,
        ...(transcription && {
          transcription: {
            ...(transcription.languages[0] !== undefined && { language_hint: transcription.languages[0] }),
            ...(transcription.keywords.length > 0 && { keyterms: transcription.keywords }),
          },
        }),
      },
      output: { format },
    },
    tools: tools.map(functionTool),
  };
}

/** Only `server_vad` is known, with thresholds from 0.1 to 0.9. */
function turnDetection(detection: TurnDetection): Fields {
  if (detection.type === "semantic_vad") return { type: "server_vad" };
  const { threshold, prefixPaddingMs, silenceMs, idleTimeoutMs } = detection;
  return {
    type: "server_vad",
    threshold: Math.min(0.9, Math.max(0.1, threshold)),
    prefix_padding_ms: prefixPaddingMs,
    silence_duration_ms: silenceMs,
    ...(idleTimeoutMs !== undefined && { idle_timeout_ms: idleTimeoutMs }),
  };
}
