import type { SettingName, SettingTexts } from "./settings.ts";
import { isLoopback } from "./setting-kinds.ts";
import { isOpenaiVoice } from "./voices.ts";
import { settingText } from "./settings.ts";

/** Models that OpenAI switches off on 2027-01-20 (openai.md 1). */
const soonGone = /^gpt-realtime(-mini)?(-2025-\d\d-\d\d)?$/;

/** What is legal in the settings, yet hardly meant: a line each, without any value that could be a secret. */
export function settingsWarnings(texts: SettingTexts): string[] {
  const set = (name: SettingName): string | undefined => settingText(name, texts[name]);
  const models = (set("MODELS") ?? "").split(",").map((model) => model.trim());
  return [
    ...(set("TEMPERATURE") && !models.some((model) => model.startsWith("beta:"))
      ? ["TEMPERATURE is left unused: OpenAI's realtime models have none any more."]
      : []),
    ...models.flatMap(modelWarning),
    ...accountsNeeded
      .filter(([prefix, name]) => models.some((model) => model.startsWith(prefix)) && set(name) === undefined)
      .map(([prefix, name]) => `MODELS names one of ${prefix}…, which is never asked: ${name} is unset.`),
    ...(isOpenaiVoice(set("VOICE") ?? "alloy") || models.some(hasMoreVoices)
      ? []
      : ["VOICE is none of OpenAI's: a name that it refuses ends every call."]),
    ...notForLive
      .filter((name) => set(name) && models.every((model) => model.startsWith("gpt-live")))
      .map((name) => `${name} is left unused: GPT-Live sees to that itself.`),
    ...unusedTurnSettings(set("TURN_DETECTION") ?? "server_vad")
      .filter((name) => set(name))
      .map((name) => `${name} is left unused: TURN_DETECTION is ${set("TURN_DETECTION") ?? "server_vad"}.`),
    ...(set("FALLBACK_NUMBER") !== undefined && set("FALLBACK_NUMBER") === set("TWILIO_PHONE_NUMBER")
      ? ["FALLBACK_NUMBER is TWILIO_PHONE_NUMBER: a call that falls back would call us again, in a circle."]
      : []),
    ...outboundWarnings(set),
    ...operatorWarnings(set),
  ];
}

/** What a telephone company cannot reach: said where one side is started for a tunnel. */
export function tunnelWarnings(texts: SettingTexts): string[] {
  const serverUrl = settingText("SERVER_URL", texts["SERVER_URL"]);
  if (serverUrl === undefined || isLoopback(new URL(serverUrl).hostname)) return [];
  if (settingText("FUNCTIONS_URL", texts["FUNCTIONS_URL"]) !== undefined) return [];
  return ["FUNCTIONS_URL is unset: Twilio cannot come back to a Function of this machine when a stream has ended."];
}

/** GPT-Live sees to these itself (openai.md B2); a Realtime model beside it still reads them. */
const notForLive: SettingName[] = [
  "TURN_DETECTION",
  "VAD_THRESHOLD",
  "VAD_PREFIX_PADDING_MS",
  "VAD_IDLE_TIMEOUT_MS",
  "VAD_EAGERNESS",
  "INTERRUPTION_MIN_MS",
  "NOISE_REDUCTION",
  "TRANSCRIPTION_MODEL",
  "TRANSCRIPTION_LANGUAGES",
  "TRANSCRIPTION_KEYWORDS",
];

/** GPT-Live has more of them, another vendor its own. */
const hasMoreVoices = (model: string): boolean => /^gpt-live|:/.test(model);

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

function operatorWarnings(set: (name: SettingName) => string | undefined): string[] {
  const unset = (["ACCESS_TEAM_DOMAIN", "ACCESS_AUDIENCE"] as const).filter((name) => set(name) === undefined);
  if (unset.length === 1) return [`Cloudflare Access lets nobody in: ${unset.join()} is unset.`];
  return unset.length === 0 && set("OPERATOR_SECRET")
    ? ["OPERATOR_SECRET is left unused: Cloudflare Access says who is an operator."]
    : [];
}

function modelWarning(model: string): string[] {
  if (soonGone.test(model)) return [`MODELS names ${model}, which ends on 2027-01-20; gpt-realtime-2.1 follows it.`];
  return [];
}

/** A model of another vendor needs an account there. */
const accountsNeeded: [prefix: string, SettingName][] = [
  ["azure:", "AZURE_OPENAI_BASE_URL"],
  ["azure:", "AZURE_OPENAI_API_KEY"],
  ["xai:", "XAI_API_KEY"],
  ["beta:", "BETA_BASE_URL"],
  ["beta:", "BETA_API_KEY"],
];

const unusedTurnSettings = (turnDetection: string): SettingName[] =>
  turnDetection === "semantic_vad"
    ? ["VAD_THRESHOLD", "VAD_PREFIX_PADDING_MS", "VAD_SILENCE_MS", "VAD_IDLE_TIMEOUT_MS"]
    : ["VAD_EAGERNESS"];
