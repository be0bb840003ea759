import type { WorkerSettings } from "../../common/settings.ts";
import { openaiRealtime } from "./openai-realtime/protocol.ts";
import type { Provider } from "./provider.ts";
import type { ModelSettings, TurnDetection } from "./settings.ts";

/** The provider that serves the calls: the first of `MODELS`. */
export const providerFor = (settings: WorkerSettings): Provider => openaiRealtime(modelSettings(settings));

const modelSettings = (settings: WorkerSettings): ModelSettings => ({
  apiKey: settings.OPENAI_API_KEY,
  baseUrl: settings.OPENAI_BASE_URL,
  model: settings.MODELS[0],
  instructions: settings.SYSTEM_MESSAGE,
  voice: settings.VOICE,
  turnDetection: turnDetection(settings),
  noiseReduction: settings.NOISE_REDUCTION === "off" ? undefined : settings.NOISE_REDUCTION,
});

function turnDetection(settings: WorkerSettings): TurnDetection {
  if (settings.TURN_DETECTION === "semantic_vad") return { type: "semantic_vad", eagerness: settings.VAD_EAGERNESS };
  return {
    type: "server_vad",
    threshold: settings.VAD_THRESHOLD,
    prefixPaddingMs: settings.VAD_PREFIX_PADDING_MS,
    silenceMs: settings.VAD_SILENCE_MS,
    idleTimeoutMs: settings.VAD_IDLE_TIMEOUT_MS === 0 ? undefined : settings.VAD_IDLE_TIMEOUT_MS,
  };
}
