import { object } from "../../../common/json.ts";
import type { McpDeclaration, ModelSettings, ToolDeclaration, Transcription, TurnDetection } from "../settings.ts";

/** G.711 μ-law; Realtime wants it without a `rate` (openai.md 0, 8). */
const telephone = { type: "audio/pcmu" };

/** The `session` of the one `session.update`, with every value that has a surprising default set (openai.md A2). */
export const sessionConfig = (settings: ModelSettings): Record<string, unknown> => ({
  type: "realtime",
  output_modalities: ["audio"],
  instructions: settings.instructions,
  audio: {
    input: {
      format: telephone,
      noise_reduction: settings.noiseReduction ? { type: settings.noiseReduction } : null,
      transcription: settings.transcription ? transcription(settings.transcription) : null,
      turn_detection: turnDetection(settings.turnDetection, settings.answersByItself),
    },
    output: { format: telephone, voice: settings.voice },
  },
  tools: [...settings.tools.map(functionTool), ...settings.mcpServers.map(mcpTool)],
  tool_choice: "auto",
});

/** `languages` and `keywords` are known to the gpt-transcribe family alone; others take one `language` (openai.md A2). */
function transcription({ model, languages, keywords }: Transcription): object {
  if (!/^gpt-(live-)?transcribe$/.test(model))
    return { model, ...(languages[0] !== undefined && { language: languages[0] }) };
  return { model, ...(languages.length > 0 && { languages }), ...(keywords.length > 0 && { keywords }) };
}

export const functionTool = ({ name, description, parameters }: ToolDeclaration): object => ({
  type: "function",
  name,
  description,
  parameters,
});

const mcpTool = ({ label, url, authorization, allowedTools, requireApproval }: McpDeclaration): object => ({
  type: "mcp",
  server_label: label,
  server_url: url,
  ...(authorization !== undefined && { authorization }),
  ...(allowedTools !== undefined && { allowed_tools: allowedTools }),
  require_approval: requireApproval,
});

/** `answersByItself`: else it only reports speech, and we say when to stop and when to answer (openai.md A5, 8). */
export function turnDetection(detection: TurnDetection, answersByItself: boolean): Record<string, unknown> {
  const answering = { create_response: answersByItself, interrupt_response: answersByItself };
  switch (detection.type) {
    case "server_vad":
      return {
        type: "server_vad",
        threshold: detection.threshold,
        prefix_padding_ms: detection.prefixPaddingMs,
        silence_duration_ms: detection.silenceMs,
        // Known to server_vad alone (openai.md A2).
        ...(detection.idleTimeoutMs !== undefined && { idle_timeout_ms: detection.idleTimeoutMs }),
        ...answering,
      };
    case "semantic_vad":
      return { type: "semantic_vad", eagerness: detection.eagerness, ...answering };
  }
}

/** Whether the server took both formats, as far as it says so: else it reads our bytes as PCM at 24 kHz, and answers noise with noise. */
export function hasTelephoneFormats(session: unknown): boolean {
  const { input, output } = object(object(session)["audio"]);
  return [input, output].every((side) => (object(object(side)["format"])["type"] ?? telephone.type) === telephone.type);
}
