import type { ModelSettings } from "../../worker/models/settings.ts";

/** A model with nothing special about it. */
export const plainModel: ModelSettings = {
  apiKey: "sk-test",
  baseUrl: "http://127.0.0.1/v1",
  model: "gpt-realtime-2.1",
  backendModel: "gpt-5.6-luna",
  instructions: "Be brief.",
  voice: "alloy",
  temperature: undefined,
  answersByItself: true,
  noiseReduction: undefined,
  tools: [],
  mcpServers: [],
  transcription: undefined,
  turnDetection: { type: "server_vad", threshold: 0.5, prefixPaddingMs: 300, silenceMs: 500, idleTimeoutMs: undefined },
};
