import { calling } from "./calling-settings.ts";
import { callers } from "./caller-settings.ts";
import { development } from "./development-settings.ts";
import { operators } from "./operator-settings.ts";
import * as kinds from "./setting-kinds.ts";
import { derived, optional, preset, required } from "./setting.ts";
import { spending } from "./spend-settings.ts";

const accountSid = kinds.shaped(/^AC[0-9a-f]{32}$/i, "an account SID: AC and 32 hexadecimal digits");
const systemMessage = "You are Chatbot, an AI assistant. You are helpful, concise, and professional.";
const loggedByDefault = [
  "error",
  "session.created",
  "session.updated",
  "response.done",
  "rate_limits.updated",
  "input_audio_buffer.speech_started",
  "input_audio_buffer.speech_stopped",
  "input_audio_buffer.committed",
].join(",");

const account = {
  OPENAI_API_KEY: required(["worker"], kinds.secret(), {
    help: "Your OpenAI API key, from https://platform.openai.com/api-keys. It goes to the Worker alone.",
    why: "The Worker opens every conversation with the model under this key.",
  }),
  TWILIO_ACCOUNT_SID: required(["functions", "worker"], accountSid, {
    help: "Your Twilio account's SID, from https://console.twilio.com.",
    why: "A call is let in only when it belongs to this account.",
  }),
  TWILIO_AUTH_TOKEN: required(["functions", "worker"], kinds.secret(), {
    help: "Your account's auth token, beside the SID in Twilio's console.",
    why: "It proves that a request comes from Twilio, and joins Functions and Worker.",
  }),
};

const places = {
  PORT: preset(["functions", "worker", "local"], kinds.port(), "5050", {
    help: "The Worker's port on this machine.",
  }),
  FUNCTIONS_PORT: preset(["local"], kinds.port(), "3000", { help: "The Functions' port on this machine." }),
  SERVER_URL: derived(["functions", "worker"], kinds.origin(), ({ PORT }) => `http://127.0.0.1:${String(PORT)}`, {
    help: "The Worker's public address, such as https://voicecall.example.workers.dev. Only the origin counts.",
    why: "Twilio connects the call's audio to it, and signs for exactly this address.",
  }),
  FUNCTIONS_URL: optional(["functions", "worker"], kinds.origin(), {
    help: "The Functions' public address; without it a Function takes the domain that Twilio gave it.",
    why: "Twilio comes back to it when a stream has ended.",
  }),
};

const model = {
  MODELS: preset(["worker"], kinds.models(), "gpt-realtime-2.1", {
    help: "The models to talk with, the first that starts: gpt-realtime-2.1, gpt-live-1.1, azure:…, xai:…, beta:….",
    why: "A model that is gone serves no call.",
  }),
  LIVE_BACKEND_MODEL: preset(["worker"], kinds.text(100), "gpt-5.6-luna", {
    help: "GPT-Live: the model behind the voice, which calls the tools. It is billed apart, by tokens.",
  }),
  SYSTEM_MESSAGE: preset(["worker"], kinds.text(), systemMessage, { help: "Who the model is, and how it behaves." }),
  VOICE: preset(["worker"], kinds.text(100), "alloy", {
    help: "The model's voice: alloy, ash, ballad, cedar, coral, echo, marin, sage, shimmer, verse.",
  }),
  MODEL_GREETING: optional(["worker"], kinds.text(4096), {
    help: "What the model says first, in its own voice; without it the model waits for the caller.",
  }),
  TEMPERATURE: optional(["worker"], kinds.number(0, 2), {
    help: "Only for models named beta:…, 0.6 to 1.2: OpenAI's own have had no temperature since 2026.",
  }),
};

const vendors = {
  AZURE_OPENAI_BASE_URL: optional(["worker"], kinds.baseAddress(), {
    help: "For models named azure:…, by their deployment: https://my-resource.openai.azure.com/openai/v1.",
    why: "AZURE_OPENAI_API_KEY is sent there.",
  }),
  AZURE_OPENAI_API_KEY: optional(["worker"], kinds.secret(), { help: "Your key of that resource." }),
  XAI_BASE_URL: preset(["worker"], kinds.baseAddress(), "https://api.x.ai/v1", {
    help: "For models named xai:…, such as xai:grok-voice-latest.",
    why: "XAI_API_KEY is sent there.",
  }),
  XAI_API_KEY: optional(["worker"], kinds.secret(), { help: "Your xAI API key." }),
  BETA_BASE_URL: optional(["worker"], kinds.baseAddress(), {
    help: "For models named beta:…: an endpoint that speaks the Realtime API as it was in beta.",
    why: "BETA_API_KEY is sent there.",
  }),
  BETA_API_KEY: optional(["worker"], kinds.secret(), { help: "Your key for that endpoint." }),
};

const speech = {
  SAY_GREETING: preset(["functions"], kinds.textOrNothing(4096), "Connected to Chatbot.", {
    help: "What Twilio says before the model is connected. Each word is waiting time; empty or off for none.",
  }),
  SAY_VOICE: optional(["functions"], kinds.text(100), {
    help: "Twilio's voice for its own sentences, such as Google.en-US-Chirp3-HD-Aoede.",
  }),
  VOICEMAIL_SENTENCE: preset(
    ["functions"],
    kinds.textOrNothing(4096),
    "We are sorry, nobody can talk with you just now. Please leave a message after the tone.",
    {
      help: "What Twilio says before it takes a message, when the assistant fails and no person can be reached; empty or off takes no message, and apologises.",
    },
  ),
  SAY_LANGUAGE: optional(["functions"], kinds.text(20), {
    help: "The language that SAY_VOICE speaks, such as en-US. Our own sentences are English.",
  }),
};

const turns = {
  TURN_DETECTION: preset(["worker"], kinds.choice("server_vad", "semantic_vad"), "server_vad", {
    help: "How the end of the caller's turn is found: by silence (server_vad) or by meaning (semantic_vad).",
  }),
  VAD_THRESHOLD: preset(["worker"], kinds.number(0, 1), "0.5", {
    help: "server_vad: how loud speech must be. Higher for a noisy line, or a model that hears itself.",
  }),
  VAD_PREFIX_PADDING_MS: preset(["worker"], kinds.whole(0, 5000, "milliseconds"), "300", {
    help: "server_vad: how much audio before the speech belongs to it.",
  }),
  VAD_SILENCE_MS: preset(["worker"], kinds.whole(0, 10_000, "milliseconds"), "500", {
    help: "server_vad: how much silence ends a turn. Less is quicker, and cuts into pauses.",
  }),
  VAD_IDLE_TIMEOUT_MS: preset(["worker"], kinds.wholeOrOff(5000, 30_000, "milliseconds"), "0", {
    help: "server_vad: after how much silence the model speaks up by itself.",
  }),
  VAD_EAGERNESS: preset(["worker"], kinds.choice("low", "medium", "high", "auto"), "auto", {
    help: "semantic_vad: how soon the model answers.",
  }),
  INTERRUPTION_MIN_MS: preset(["worker"], kinds.wholeOrOff(60, 2000, "milliseconds"), "200", {
    help: "How long a caller must be heard over the assistant to interrupt it; 0 lets OpenAI decide, at the first sound.",
  }),
  NOISE_REDUCTION: preset(["worker"], kinds.choice("near_field", "far_field", "off"), "near_field", {
    help: "near_field for handsets, far_field for speakerphones.",
  }),
};

const limits = {
  SILENCE_PROMPT_MS: preset(["worker"], kinds.wholeOrOff(3000, 600_000, "milliseconds"), "20000", {
    help: "After how long without a word heard from either side the assistant asks whether anybody is there.",
  }),
  SILENCE_PROMPTS: preset(["worker"], kinds.whole(0, 10), "2", {
    help: "How often it asks, before it says goodbye and hangs up.",
  }),
  MAX_CALL_MINUTES: preset(["worker"], kinds.wholeOrOff(1, 240, "minutes"), "30", {
    help: "After how long the assistant says goodbye. A model's session that ends before, at 60 minutes, is followed by another.",
  }),
};

const transfers = {
  TRANSFER_RING_SECONDS: preset(["functions"], kinds.whole(1, 60, "seconds"), "25", {
    help: "How long a person's phone rings when a call is put through, before the caller comes back.",
  }),
  TRANSFER_MAX_MINUTES: preset(["functions"], kinds.whole(1, 240, "minutes"), "120", {
    help: "After how long Twilio ends a call that was put through to a person.",
  }),
};

const recovery = {
  FALLBACK_NUMBER: optional(["functions"], kinds.phoneNumber(), {
    help: "A person who takes a call when the assistant cannot speak; without one a message is taken.",
  }),
  MAX_RESUMES: preset(["functions"], kinds.whole(0, 20), "3", {
    help: "How often in a row a call's stream is opened again after it was lost, before the call falls back.",
  }),
};

const transcription = {
  TRANSCRIPTION_MODEL: preset(["worker"], kinds.textOrNothing(100), "gpt-transcribe", {
    help: "Writes down what the caller says, and is billed apart; empty or off for none. The assistant hears without it.",
  }),
  TRANSCRIPTION_LANGUAGES: preset(["worker"], kinds.listOrNothing(), "off", {
    help: "The languages that callers speak, such as en,de; off leaves it to the model.",
  }),
  TRANSCRIPTION_KEYWORDS: preset(["worker"], kinds.listOrNothing(), "off", {
    help: "Names and words to be written down right, such as those of your company.",
  }),
};

const tools = {
  TIME_ZONE: preset(["worker"], kinds.timeZone(), "UTC", {
    help: "The zone in which the assistant tells the time, such as Europe/Berlin.",
  }),
};

const operation = {
  LOG_EVENT_TYPES: preset(["worker"], kinds.listOrNothing(), loggedByDefault, {
    help: "Which of the model's events are logged, by OpenAI's names.",
  }),
  LINK_SECRET: optional(["functions", "worker"], kinds.secret(16), {
    help: "Signs what Functions and Worker say to each other. Without it both derive one from TWILIO_AUTH_TOKEN.",
    why: "Who knows it can open a conversation at your cost.",
  }),
  TWILIO_AUTH_TOKEN_SECONDARY: optional(["worker"], kinds.secret(), {
    help: "The account's second auth token: good beside the first one while you rotate them.",
  }),
  TWILIO_API_URL: preset(["functions", "worker"], kinds.origin(), "https://api.twilio.com", {
    help: "Twilio's REST API; the stand-in's address when you work without an account.",
    why: "Your account's credentials are sent there.",
  }),
  OPENAI_BASE_URL: preset(["worker"], kinds.baseAddress(), "https://api.openai.com/v1", {
    help: "The model's API; the stand-in's address when you work without an account.",
    why: "Your API key is sent there.",
  }),
};

/** The settings in the order in which a reader wants to meet them. */
export const settingGroups = {
  "What you need: the rest has defaults": account,
  "Where the two sides are": places,
  "The model": model,
  "Models of other vendors": vendors,
  "What Twilio says itself": speech,
  "Taking turns": turns,
  "Silence and limits": limits,
  "What calls may cost": spending,
  "Putting calls through": transfers,
  "When something breaks": recovery,
  "Writing down": transcription,
  "Who calls": callers,
  "Calling out": calling,
  Tools: tools,
  "Running it": operation,
  "Who may look": operators,
  "For development": development,
};

/** Every setting there is: the names are those of the environment. */
export const settingTable = {
  ...account,
  ...places,
  ...model,
  ...vendors,
  ...speech,
  ...turns,
  ...limits,
  ...spending,
  ...transfers,
  ...recovery,
  ...transcription,
  ...callers,
  ...calling,
  ...tools,
  ...operation,
  ...operators,
  ...development,
};
