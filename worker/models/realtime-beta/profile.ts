import { type Fields, object } from "../../../common/json.ts";
import { type Dialect, ga } from "../openai-realtime/dialect.ts";
import { realtimeIn } from "../openai-realtime/protocol.ts";
import { functionTool, turnDetection } from "../openai-realtime/session.ts";
import type { ModelSettings } from "../settings.ts";

/**
 * Realtime as it was in beta, which OpenAI has shut down and other endpoints still speak (openai.md 8): a header, a flat
 * session, a temperature, and older names of events. Never tried against a live service.
 */
const dialect: Dialect = {
  ...ga,
  request(settings) {
    const { url, headers } = ga.request(settings);
    return { url, headers: { ...headers, "OpenAI-Beta": "realtime=v1" } };
  },
  session,
  noChange: {},
  hasTelephoneFormats: (session) =>
    ["input_audio_format", "output_audio_format"].every((side) => (object(session)[side] ?? telephone) === telephone),
  eventName: (name) => name.replace(/^response\.(audio|audio_transcript|text)\./, "response.output_$1."),
  assistantPart: "text",
};

export const realtimeBeta = realtimeIn(dialect);

const telephone = "g711_ulaw";

function session(settings: ModelSettings): Fields {
  const { instructions, voice, tools, transcription, noiseReduction, temperature } = settings;
  return {
    // Speech never came without its text: `["audio"]` alone is refused.
    modalities: ["text", "audio"],
    instructions,
    voice,
    input_audio_format: telephone,
    output_audio_format: telephone,
    input_audio_transcription: transcription
      ? { model: transcription.model, ...(transcription.languages[0] && { language: transcription.languages[0] }) }
      : null,
    input_audio_noise_reduction: noiseReduction ? { type: noiseReduction } : null,
    turn_detection: turnDetection(settings.turnDetection, settings.answersByItself),
    tools: tools.map(functionTool),
    tool_choice: "auto",
    ...(temperature !== undefined && { temperature }),
  };
}
