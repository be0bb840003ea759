import type {
  AudioTranscription,
  RealtimeFunctionTool,
  RealtimeReasoning,
  RealtimeSessionCreateRequest,
  RealtimeToolChoiceConfig,
  RealtimeTruncation,
} from "openai/resources/realtime/realtime";
import type { RealtimeModel } from "../models.ts";
import { invalidValue, type Objection } from "../shape.ts";

export type AudioFormat = { type: "audio/pcm"; rate: 24_000 } | { type: "audio/pcmu" };
type ServerVad = {
  type: "server_vad";
  threshold: number;
  prefix_padding_ms: number;
  silence_duration_ms: number;
  create_response: boolean;
  interrupt_response: boolean;
  idle_timeout_ms: number | null;
};
type SemanticVad = {
  type: "semantic_vad";
  eagerness: "low" | "medium" | "high" | "auto";
  create_response: boolean;
  interrupt_response: boolean;
};
export type TurnDetection = ServerVad | SemanticVad;

type NoiseReduction = { type: "near_field" | "far_field"; strength?: number };
type Input = {
  format: AudioFormat;
  noise_reduction: NoiseReduction | null;
  transcription: AudioTranscription | null;
  turn_detection: TurnDetection | null;
};
type Output = { format: AudioFormat; voice: string | { id: string }; speed: number };

/** The whole configuration, as `session.created` and `session.updated` show it (openai.md A2). */
export type SessionConfig = {
  type: "realtime";
  object: "realtime.session";
  id: string;
  model: string;
  expires_at: number;
  output_modalities: ("audio" | "text")[];
  instructions: string;
  audio: { input: Input; output: Output };
  tools: RealtimeFunctionTool[];
  tool_choice: RealtimeToolChoiceConfig;
  parallel_tool_calls: boolean | null;
  reasoning: RealtimeReasoning | null;
  max_output_tokens: number | "inf";
  truncation: RealtimeTruncation;
  tracing: NonNullable<RealtimeSessionCreateRequest["tracing"]> | null;
  include: "item.input_audio_transcription.logprobs"[] | null;
  prompt: RealtimeSessionCreateRequest["prompt"] | null;
};

/** The `session` of a `session.update` that has passed its shape: what is absent stays as it is. */
export type SessionUpdate = Partial<Omit<SessionConfig, "audio">> & {
  audio?: { input?: Partial<Input>; output?: Partial<Output> };
};

/** What a change of the configuration depends on, beside the configuration. */
export type SessionMoment = { hasSpoken: boolean; isResponding: boolean; model: RealtimeModel };

/** openai.md A2: the documentation says 500, the service's own sample 200; the shorter punishes who leaves it unset. */
const serverVadDefaults: ServerVad = {
  type: "server_vad",
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  create_response: true,
  interrupt_response: true,
  idle_timeout_ms: null,
};

const semanticVadDefaults: SemanticVad = {
  type: "semantic_vad",
  eagerness: "auto",
  create_response: true,
  interrupt_response: true,
};

/** What a session is before anybody has configured it. `expiresAt` is Unix time in seconds. */
export const defaultConfig = (id: string, model: string, expiresAt: number): SessionConfig => ({
  type: "realtime",
  object: "realtime.session",
  id,
  model,
  expires_at: expiresAt,
  output_modalities: ["audio"],
  instructions: "You are a helpful, witty and friendly AI.",
  audio: {
    input: {
      format: { type: "audio/pcm", rate: 24_000 },
      noise_reduction: null,
      transcription: null,
      turn_detection: serverVadDefaults,
    },
    output: { format: { type: "audio/pcm", rate: 24_000 }, voice: "alloy", speed: 1 },
  },
  tools: [],
  tool_choice: "auto",
  parallel_tool_calls: null,
  reasoning: null,
  max_output_tokens: "inf",
  truncation: "auto",
  tracing: null,
  include: null,
  prompt: null,
});

/** The configuration after an update, or the objection to it: rules of openai.md A2 that no single field can tell. */
export function updateConfig(
  config: SessionConfig,
  update: SessionUpdate,
  moment: SessionMoment,
): { ok: true; config: SessionConfig } | { ok: false; objection: Objection } {
  const objection = objectionTo(config, update, moment);
  return objection === undefined ? { ok: true, config: merge(config, update) } : { ok: false, objection };
}

function objectionTo(config: SessionConfig, update: SessionUpdate, moment: SessionMoment): Objection | undefined {
  const output = update.audio?.output ?? {};
  if (update.model !== undefined && update.model !== config.model)
    return invalidValue("session.model", "the model of a session cannot be changed");
  if (moment.hasSpoken && output.voice !== undefined && !isSame(output.voice, config.audio.output.voice))
    return {
      code: "cannot_update_voice",
      message: "Cannot update a conversation's voice if assistant audio is present.",
      param: "session.audio.output.voice",
    };
  if (moment.isResponding && output.speed !== undefined && output.speed !== config.audio.output.speed)
    return invalidValue("session.audio.output.speed", "it can change only between turns");
  if (config.tracing !== null && update.tracing !== undefined && !isSame(update.tracing, config.tracing))
    return invalidValue("session.tracing", "tracing cannot be changed once it is enabled");
  if (!moment.model.isReasoning && (update.reasoning ?? null) !== null)
    return invalidValue("session.reasoning", `${config.model} is not a reasoning model`);
  if (!moment.model.isReasoning && (update.parallel_tool_calls ?? null) !== null)
    return invalidValue("session.parallel_tool_calls", `${config.model} is not a reasoning model`);
  return transcriptionObjection(update.audio?.input?.transcription ?? null);
}

/** Some fields are for some transcription models alone. */
function transcriptionObjection(transcription: AudioTranscription | null): Objection | undefined {
  if (transcription === null) return undefined;
  const model = transcription.model ?? "";
  const path = "session.audio.input.transcription";
  if (transcription.delay !== undefined && model !== "gpt-realtime-whisper")
    return invalidValue(`${path}.delay`, `it is not supported with ${model}`);
  const takesHints = model === "gpt-transcribe" || model === "gpt-live-transcribe";
  for (const name of ["keywords", "languages"] as const)
    if (transcription[name] !== undefined && !takesHints)
      return invalidValue(`${path}.${name}`, `it is not supported with ${model}`);
  return undefined;
}

function merge(config: SessionConfig, update: SessionUpdate): SessionConfig {
  const input = { ...config.audio.input, ...update.audio?.input };
  return {
    ...config,
    ...update,
    audio: {
      input: {
        ...input,
        format: whole(input.format),
        noise_reduction: input.noise_reduction && {
          strength: 1,
          ...config.audio.input.noise_reduction,
          ...input.noise_reduction,
        },
        turn_detection: input.turn_detection && withDefaults(input.turn_detection),
      },
      output: withWholeFormat({ ...config.audio.output, ...update.audio?.output }),
    },
  };
}

const withDefaults = (turnDetection: TurnDetection): TurnDetection =>
  turnDetection.type === "server_vad"
    ? { ...serverVadDefaults, ...turnDetection }
    : { ...semanticVadDefaults, ...turnDetection };

const withWholeFormat = (output: Output): Output => ({ ...output, format: whole(output.format) });

const whole = (format: AudioFormat): AudioFormat =>
  format.type === "audio/pcm" ? { type: "audio/pcm", rate: 24_000 } : format;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
