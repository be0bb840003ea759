import { isLoopback } from "../common/setting-kinds.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { telephonePrices } from "../common/telephone-prices.ts";
import { type Assistant, mayTransfer } from "./assistants/assistant.ts";
import { languageInstructions } from "./assistants/languages.ts";
import { type CallFacts, fillPlaceholders } from "./assistants/placeholders.ts";
import type { MachinePolicy } from "./bridge/machine-policy.ts";
import type { BridgeOptions } from "./bridge/options.ts";
import type { SpendingPolicy } from "./bridge/spending-policy.ts";
import { type Candidate, type CommonSettings, candidatesOf } from "./models/index.ts";
import type { ModelSettings, TurnDetection } from "./models/settings.ts";
import type { Direction } from "./switchboard/spend-report.ts";
import { httpTool } from "./tools/http-tool.ts";
import { builtInTools } from "./tools/index.ts";
import { reachedVoicemail } from "./tools/reached-voicemail.ts";
import type { Tool } from "./tools/tool.ts";
import { transferCall } from "./tools/transfer-call.ts";

/** Everything that is settled when a call begins: an assistant's word, and the settings where it has none. */
export type CallPlan = { models: readonly Candidate[]; bridge: BridgeOptions; tools: readonly Tool[] };

/** What is known of the call when one of its streams begins. */
export type StreamFacts = CallFacts & { isFirstStream: boolean; direction: Direction };

const minuteMs = 60_000;

/** A phone sends fifty frames a second; a model that says nothing for so long is asked for a word. */
const peersGone = { framesMs: 9_000, modelMs: 8_000 };

/**
 * Plans a call. `variables` are the Worker's own, for the secrets of HTTP tools.
 *
 * @throws Error when a tool cannot work, for instance without its secret.
 */
export function planCall(
  assistant: Assistant,
  settings: WorkerSettings,
  facts: StreamFacts,
  variables: Record<string, string>,
): CallPlan {
  // A Worker on a developer's own machine may ask a service there.
  const allowLoopback = isLoopback(new URL(settings.SERVER_URL).hostname);
  const declared = (assistant.httpTools ?? []).map((tool) => httpTool(tool, variables, { allowLoopback }));
  const tools = [...(assistant.tools ?? builtInTools), ...ownTools(assistant), ...declared];
  const bridge = bridgeOptions(assistant, settings, facts, tools);
  const model = {
    ...modelSettings(assistant, settings, facts),
    tools,
    // A bridge that doubts interruptions must decide both: what stops the model, and what it answers.
    answersByItself: bridge.interruption === undefined,
  };
  return {
    tools,
    bridge,
    models: candidatesOf(assistant.model === undefined ? settings.MODELS : [assistant.model], model, settings),
  };
}

/** The tools that follow from what an assistant may do. */
function ownTools(assistant: Assistant): Tool[] {
  return [
    ...(mayTransfer(assistant) ? [transferCall(assistant.people ?? [], assistant)] : []),
    ...(assistant.machine === undefined ? [] : [reachedVoicemail]),
  ];
}

function machinePolicy({ machine }: Assistant, facts: CallFacts): MachinePolicy {
  if (machine === undefined || machine.do === "hang-up") return { do: "hang-up" };
  const { text, by } = machine;
  return { do: "leave-message", text: fillPlaceholders(text, facts), by: by === "twilio" ? "phone-company" : "model" };
}

const modelSettings = (
  assistant: Assistant,
  settings: WorkerSettings,
  facts: CallFacts,
): Omit<CommonSettings, "tools" | "answersByItself"> => ({
  backendModel: settings.LIVE_BACKEND_MODEL,
  instructions: instructions(assistant, settings, facts),
  voice: assistant.voice ?? settings.VOICE,
  temperature: settings.TEMPERATURE,
  turnDetection: assistant.turnDetection ?? turnDetection(settings),
  noiseReduction: settings.NOISE_REDUCTION === "off" ? undefined : settings.NOISE_REDUCTION,
  mcpServers: assistant.mcpServers ?? [],
  transcription: transcription(assistant, settings),
});

function instructions(assistant: Assistant, settings: WorkerSettings, facts: CallFacts): string {
  const ownInstructions = fillPlaceholders(assistant.instructions ?? settings.SYSTEM_MESSAGE, facts);
  const ofLanguages = languageInstructions(assistant.languages ?? [], assistant.isLanguageLocked ?? false);
  return [ownInstructions, ofLanguages].filter((text) => text !== "").join("\n\n");
}

function transcription(assistant: Assistant, settings: WorkerSettings): ModelSettings["transcription"] {
  const { TRANSCRIPTION_MODEL: model, TRANSCRIPTION_LANGUAGES, TRANSCRIPTION_KEYWORDS } = settings;
  if (model === "") return undefined;
  const languages = assistant.languages ?? TRANSCRIPTION_LANGUAGES;
  return {
    model,
    languages: assistant.isLanguageLocked ? languages.slice(0, 1) : languages,
    keywords: assistant.keywords ?? TRANSCRIPTION_KEYWORDS,
  };
}

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

function bridgeOptions(
  assistant: Assistant,
  settings: WorkerSettings,
  facts: StreamFacts,
  tools: readonly Tool[],
): BridgeOptions {
  // A stream that takes over a call goes on with it: nobody is greeted twice (openai.md 12, id 15).
  const greeting = facts.isFirstStream ? (assistant.greeting ?? settings.MODEL_GREETING) : undefined;
  const { SILENCE_PROMPT_MS: promptAfterMs, SILENCE_PROMPTS: promptCount, MAX_CALL_MINUTES } = settings;
  const detection = assistant.turnDetection ?? turnDetection(settings);
  return {
    greeting: greeting === undefined ? undefined : fillPlaceholders(greeting, facts),
    silence: unlessOff(assistant.silence ?? { promptAfterMs, promptCount }, ({ promptAfterMs: ms }) => ms),
    machine: machinePolicy(assistant, facts),
    maxDurationMs: unlessOff(assistant.maxDurationMs ?? MAX_CALL_MINUTES * minuteMs, (ms) => ms),
    spending: spendingPolicy(settings, facts),
    interruption: unlessOff(assistant.interruption ?? { minMs: settings.INTERRUPTION_MIN_MS }, ({ minMs }) => minMs),
    turnSilenceMs: detection.type === "server_vad" ? detection.silenceMs : 0,
    watch: peersGone,
    fillers: Object.fromEntries(tools.flatMap(({ name, filler }) => (filler === undefined ? [] : [[name, filler]]))),
  };
}

function spendingPolicy(settings: WorkerSettings, { direction }: StreamFacts): SpendingPolicy {
  const { INBOUND_USD_PER_MINUTE, OUTBOUND_USD_PER_MINUTE, MAX_USD_PER_CALL } = settings;
  const lineUsdPerMinute = direction === "in" ? INBOUND_USD_PER_MINUTE : OUTBOUND_USD_PER_MINUTE;
  return {
    maxUsd: unlessOff(MAX_USD_PER_CALL, (usd) => usd),
    lineUsdPerMinute: lineUsdPerMinute + telephonePrices.streamUsdPerMinute,
  };
}

/** 0 switches a limit off, in the settings and in an assistant. */
const unlessOff = <Limit>(limit: Limit, amountOf: (limit: Limit) => number): Limit | undefined =>
  amountOf(limit) === 0 ? undefined : limit;
