import {
  anything,
  boolean,
  byField,
  fields,
  listOf,
  nullOr,
  numberFrom,
  oneOf,
  type Shape,
  stringOr,
  text,
  wholeNumberFrom,
} from "../shape.ts";

/** The fields of openai.md A2, and where they may stand. */

/** `rate` belongs to audio/pcm alone; A-law is a real format that this stand-in does not speak. */
export const audioFormat = byField("type", {
  "audio/pcm": fields({ type: anything }, { rate: oneOf(24_000) }),
  "audio/pcmu": fields({ type: anything }),
});

export const voice = stringOr(
  oneOf("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"),
  fields({ id: text() }),
);

/** Never both: speech always brings its transcript. */
export const outputModalities: Shape = (value, path) =>
  listOf(oneOf("audio", "text"), 1)(value, path) ??
  (Array.isArray(value) && value.length > 1
    ? { code: "invalid_value", message: "It is not possible to request both text and audio.", param: path }
    : undefined);

export const maxOutputTokens = stringOr(oneOf("inf"), wholeNumberFrom(1, 4_096));

export const tools = listOf(
  byField("type", {
    function: fields({ type: anything, name: text(64) }, { description: text(), parameters: anything }),
    mcp: anything,
  }),
);

export const toolChoice = stringOr(
  oneOf("auto", "none", "required"),
  byField("type", { function: fields({ type: anything, name: text() }), mcp: anything }),
);

export const reasoning = fields({}, { effort: oneOf("minimal", "low", "medium", "high", "xhigh") });

export const noiseReduction = fields({ type: oneOf("near_field", "far_field") }, { strength: numberFrom(0, 1) });

export const transcription = fields(
  { model: text() },
  {
    language: text(),
    languages: listOf(text()),
    prompt: text(),
    keywords: listOf(text()),
    delay: oneOf("minimal", "low", "medium", "high", "xhigh"),
  },
);

/** What the energy detector of every dialect can be told. */
export const serverVad = {
  threshold: numberFrom(0, 1),
  prefix_padding_ms: wholeNumberFrom(0, 10_000),
  silence_duration_ms: wholeNumberFrom(0, 10_000),
  create_response: boolean,
  interrupt_response: boolean,
};

export const idleTimeoutMs = nullOr(wholeNumberFrom(5_000, 30_000));

const turnDetection = byField("type", {
  server_vad: fields({ type: anything }, { ...serverVad, idle_timeout_ms: idleTimeoutMs }),
  semantic_vad: fields(
    { type: anything },
    { eagerness: oneOf("low", "medium", "high", "auto"), create_response: boolean, interrupt_response: boolean },
  ),
});

const truncation = stringOr(
  oneOf("auto", "disabled"),
  fields(
    { type: oneOf("retention_ratio"), retention_ratio: numberFrom(0, 1) },
    { token_limits: fields({}, { post_instructions: wholeNumberFrom(0, 1_000_000) }) },
  ),
);

export const tracing = stringOr(
  oneOf("auto"),
  fields({}, { workflow_name: text(), group_id: text(), metadata: anything }),
);

/** What `session.update` may carry. There is no temperature any more. */
export const sessionShape = fields(
  { type: oneOf("realtime") },
  {
    model: text(),
    output_modalities: outputModalities,
    instructions: text(),
    audio: fields(
      {},
      {
        input: fields(
          {},
          {
            format: audioFormat,
            noise_reduction: nullOr(noiseReduction),
            transcription: nullOr(transcription),
            turn_detection: nullOr(turnDetection),
          },
        ),
        output: fields({}, { format: audioFormat, voice, speed: numberFrom(0.25, 1.5) }),
      },
    ),
    tools,
    tool_choice: toolChoice,
    parallel_tool_calls: boolean,
    reasoning,
    max_output_tokens: maxOutputTokens,
    truncation,
    tracing: nullOr(tracing),
    include: nullOr(listOf(oneOf("item.input_audio_transcription.logprobs"))),
    prompt: nullOr(fields({ id: text() }, { version: text(), variables: anything })),
  },
);
