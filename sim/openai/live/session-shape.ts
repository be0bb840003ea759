import {
  anything,
  boolean,
  byField,
  fields,
  type Fields,
  invalidValue,
  isRecord,
  listOf,
  nullOr,
  oneOf,
  type Shape,
  stringOr,
  text,
  wholeNumberFrom,
} from "../shape.ts";
import { liveModels } from "../models.ts";
import { textTokens } from "../tokens.ts";

/** The fields of openai.md B2, and where they may stand. */

/** A string of at most so many tokens. */
export function textOfTokens(maxTokens: number): Shape {
  return (value, path) => {
    const objection = text()(value, path);
    if (objection !== undefined || typeof value !== "string") return objection;
    const tokens = textTokens(value);
    return tokens <= maxTokens ? undefined : invalidValue(path, `${tokens} tokens are more than ${maxTokens}`);
  };
}

/** One format for both directions; unlike Realtime, Live wants the rate of every format to be said. */
const format = byField("type", {
  "audio/pcm": fields({ type: anything, rate: oneOf(16_000, 24_000) }),
  "audio/pcmu": fields({ type: anything, rate: oneOf(8_000) }),
});

const voiceNames =
  "alloy ash ballad beacon bossa cedar cinder coral delta echo gleam marin meridian quartz ripple sage shida shimmer " +
  "stone tempo verse vesper willow nuri juni flitz brise sillage nira harema noeul";

/** A custom voice stands as an object: a bare string is a name. */
const voice = stringOr(oneOf(...voiceNames.split(" ")), fields({ id: startingWith("voice_") }));

function startingWith(prefix: string): Shape {
  return (value, path) =>
    typeof value === "string" && value.startsWith(prefix)
      ? undefined
      : invalidValue(path, `expected an id that begins with '${prefix}'`);
}

const part = (...types: string[]): Shape => fields({ text: text() }, { type: oneOf(...types) });

/** Exactly one part each. */
const onePart = (shape: Shape): Shape => {
  const list = listOf(shape, 1);
  return (value, path) =>
    list(value, path) ??
    (Array.isArray(value) && value.length > 1 ? invalidValue(path, "expected exactly one part") : undefined);
};

const message = (content: Shape): Shape =>
  fields(
    { role: anything, content: onePart(content) },
    { type: oneOf("message"), id: nullOr(text()), status: nullOr(oneOf("completed", "incomplete")) },
  );

const history = byField("role", {
  developer: message(part("input_text")),
  user: message(part("input_text")),
  assistant: message(part("text", "output_text")),
});

const maxMessages = 128;
const maxHistoryTokens = 8_192;

const input: Shape = (value, path) =>
  listOf(history)(value, path) ??
  (Array.isArray(value) && value.length > maxMessages
    ? invalidValue(path, `${value.length} messages are more than ${maxMessages}`)
    : undefined) ??
  (textTokens(wordsIn(value)) > maxHistoryTokens
    ? invalidValue(path, `its text is more than ${maxHistoryTokens} tokens`)
    : undefined);

function wordsIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsIn).join("");
  if (!isRecord(value)) return "";
  return typeof value["text"] === "string" ? value["text"] : wordsIn(value["content"]);
}

const tool = byField("type", {
  function: fields(
    { type: anything, name: text(64) },
    { description: nullOr(text()), parameters: nullOr(anything), strict: nullOr(boolean) },
  ),
  web_search: fields({ type: anything }),
});

const backendOptions: Fields = {
  instructions: nullOr(text()),
  tools: listOf(tool),
  tool_choice: nullOr(
    stringOr(
      oneOf("auto", "none", "required"),
      byField("type", { function: fields({ type: anything, name: text() }) }),
    ),
  ),
  parallel_tool_calls: nullOr(boolean),
  reasoning: nullOr(
    fields(
      {},
      {
        effort: nullOr(oneOf("none", "minimal", "low", "medium", "high", "xhigh")),
        summary: nullOr(oneOf("concise", "detailed", "auto")),
      },
    ),
  ),
  text: nullOr(fields({}, { verbosity: nullOr(oneOf("low", "medium", "high")) })),
  max_output_tokens: nullOr(wholeNumberFrom(16, 1_000_000)),
  service_tier: nullOr(oneOf("auto", "default", "flex", "priority", "ultrafast", "fast_tier_temp_pilot")),
};

const acknowledgement: Fields = { acknowledgement_delay_ms: wholeNumberFrom(0, 60_000) };

/** The decisions of `gpt-6-luna` are real, and not simulated. */
const notSimulated =
  (what: string): Shape =>
  (_, path) =>
    invalidValue(path, `the stand-in does not simulate ${what}`);

const triggers: Shape = (value, path) =>
  listOf(anything)(value, path) ??
  (Array.isArray(value) && value.length > 0 ? notSimulated("triggers")(value, path) : undefined);

/** What `session.start` may carry. There is no turn detection, no transcription and no temperature to be set. */
export const startShape = fields(
  { model: oneOf(...liveModels) },
  {
    audio: fields({}, { format, output: fields({}, { voice }) }),
    instructions: nullOr(textOfTokens(16_384)),
    input,
    delegation: nullOr(
      byField("type", {
        client: fields({ type: anything }, acknowledgement),
        responses: fields({ type: anything, responses: fields({ model: text() }, backendOptions) }, acknowledgement),
        decisions: notSimulated("decisions"),
      }),
    ),
    store: boolean,
    triggers,
    client: (_, path) => invalidValue(path, "it is for WebRTC only"),
  },
);

const changeable = fields(
  {},
  {
    delegation: nullOr(
      byField("type", {
        client: fields({ type: anything }, acknowledgement),
        responses: fields(
          { type: anything },
          { ...acknowledgement, responses: fields({}, { model: text(), ...backendOptions }) },
        ),
        decisions: notSimulated("decisions"),
      }),
    ),
    triggers,
  },
);

const immutable = new Set(["model", "audio", "instructions", "input", "store", "client"]);

/** What `session.update` may carry: everything but the backend's settings and the triggers is settled for good. */
export const updateShape: Shape = (value, path) => {
  const name = isRecord(value) ? Object.keys(value).find((each) => immutable.has(each)) : undefined;
  return name === undefined ? changeable(value, path) : immutableField(`${path}.${name}`);
};

/** An objection to a change of what can only be set at the start. */
export const immutableField = (path: string) => ({
  code: "immutable_field_update",
  message: `'${path}' cannot be changed after session.start.`,
  param: path,
});
