import type { SettingName, SettingTexts } from "./settings.ts";
import { isLoopback } from "./setting-kinds.ts";
import { settingText } from "./settings.ts";

/** Models that OpenAI switches off on 2027-01-20, and those that it has switched off (openai.md 1). */
const soonGone = /^gpt-realtime(-mini)?(-2025-\d\d-\d\d)?$/;
const gone = /^gpt-4o(-mini)?-realtime-preview/;

/** What is legal in the settings, yet hardly meant: a line each, without any value that could be a secret. */
export function settingsWarnings(texts: SettingTexts): string[] {
  const set = (name: SettingName): string | undefined => settingText(name, texts[name]);
  return [
    ...(set("TEMPERATURE") ? ["TEMPERATURE is left unused: OpenAI's realtime models have none any more."] : []),
    ...(set("MODELS") ?? "").split(",").flatMap((model) => modelWarning(model.trim())),
    ...(set("MODELS")?.includes(",") ? ["MODELS names several models: only the first is used yet."] : []),
    ...(isKnownVoice(set("VOICE")) ? [] : ["VOICE is none of OpenAI's: a name that it refuses ends every call."]),
    ...unusedTurnSettings(set("TURN_DETECTION") ?? "server_vad")
      .filter((name) => set(name))
      .map((name) => `${name} is left unused: TURN_DETECTION is ${set("TURN_DETECTION") ?? "server_vad"}.`),
    ...outboundWarnings(set),
  ];
}

/** What a telephone company cannot reach: said where one side is started for a tunnel. */
export function tunnelWarnings(texts: SettingTexts): string[] {
  const serverUrl = settingText("SERVER_URL", texts["SERVER_URL"]);
  if (serverUrl === undefined || isLoopback(new URL(serverUrl).hostname)) return [];
  if (settingText("FUNCTIONS_URL", texts["FUNCTIONS_URL"]) !== undefined) return [];
  return ["FUNCTIONS_URL is unset: Twilio cannot come back to a Function of this machine when a stream has ended."];
}

function outboundWarnings(set: (name: SettingName) => string | undefined): string[] {
  if (!set("OUTBOUND_KEY")) return [];
  const [longest, goodbyeAfter] = [set("OUTBOUND_MAX_MINUTES") ?? "35", set("MAX_CALL_MINUTES") ?? "30"];
  return [
    ...(set("TWILIO_PHONE_NUMBER") || set("OUTBOUND_COUNTRIES")
      ? []
      : ["OUTBOUND_KEY is set, but neither TWILIO_PHONE_NUMBER nor OUTBOUND_COUNTRIES: no call can be placed."]),
    ...(Number(longest) <= Number(goodbyeAfter)
      ? ["OUTBOUND_MAX_MINUTES is no longer than MAX_CALL_MINUTES: Twilio cuts calls off before the goodbye."]
      : []),
  ];
}

const voices = "alloy ash ballad cedar coral echo marin sage shimmer verse".split(" ");
const isKnownVoice = (name = "alloy"): boolean => voices.includes(name);

function modelWarning(model: string): string[] {
  if (gone.test(model)) return [`MODELS names ${model}, which OpenAI has switched off; gpt-realtime-2.1 follows it.`];
  if (model.startsWith("gpt-live")) return [`MODELS names ${model}, which speaks GPT-Live: not supported yet.`];
  if (soonGone.test(model)) return [`MODELS names ${model}, which ends on 2027-01-20; gpt-realtime-2.1 follows it.`];
  return [];
}

const unusedTurnSettings = (turnDetection: string): SettingName[] =>
  turnDetection === "semantic_vad"
    ? ["VAD_THRESHOLD", "VAD_PREFIX_PADDING_MS", "VAD_SILENCE_MS", "VAD_IDLE_TIMEOUT_MS"]
    : ["VAD_EAGERNESS"];
