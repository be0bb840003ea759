import type { ConversationItem, RealtimeResponseUsage } from "openai/resources/realtime/realtime";
import { bytesPerMs } from "../../audio/mulaw.ts";
import { textTokens } from "../tokens.ts";
import type { StoredItem } from "./conversation.ts";
import type { SessionConfig } from "./session-config.ts";

/** The caller's audio costs a token for 100 ms, the model's for 50 ms (openai.md 1). */
const callerMsPerToken = 100;
export const modelMsPerToken = 50;

type Tokens = { text: number; audio: number };

/** Counts tokens for `response.done` (openai.md A8). */
export type UsageMeter = {
  /** What a response costs: the whole conversation before it, and what it put out. */
  measure(context: readonly StoredItem[], output: Tokens, config: SessionConfig): RealtimeResponseUsage;
  /** The beginning of the context has changed: nothing is cached any more. */
  bust(): void;
};

/** A meter for one session; what was read for one response is cached for the next. */
export function usageMeter(): UsageMeter {
  let cache: Tokens = { text: 0, audio: 0 };
  return {
    measure(context, output, config) {
      const input = inputTokens(context, config);
      const cached = { text: Math.min(cache.text, input.text), audio: Math.min(cache.audio, input.audio) };
      cache = input;
      return {
        total_tokens: sum(input) + sum(output),
        input_tokens: sum(input),
        output_tokens: sum(output),
        input_token_details: {
          text_tokens: input.text,
          audio_tokens: input.audio,
          image_tokens: 0,
          cached_tokens: sum(cached),
          cached_tokens_details: { text_tokens: cached.text, audio_tokens: cached.audio, image_tokens: 0 },
        },
        output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
      };
    },
    bust() {
      cache = { text: 0, audio: 0 };
    },
  };
}

export const speechTokens = (durationMs: number): number => Math.ceil(durationMs / modelMsPerToken);

function inputTokens(context: readonly StoredItem[], config: SessionConfig): Tokens {
  const tools = config.tools.length === 0 ? "" : JSON.stringify(config.tools);
  const tokens = { text: textTokens(config.instructions + tools), audio: 0 };
  for (const { item, speech } of context) {
    tokens.text += textTokens(textOf(item));
    if (speech !== undefined) tokens.audio += Math.ceil(speech.audio.length / bytesPerMs / msPerTokenOf(item));
  }
  return tokens;
}

const msPerTokenOf = (item: ConversationItem): number =>
  item.type === "message" && item.role === "user" ? callerMsPerToken : modelMsPerToken;

/** The text that an item brings into the context. */
function textOf(item: ConversationItem): string {
  switch (item.type) {
    case "message":
      return item.content.map(({ text }) => text ?? "").join(" ");
    case "function_call":
      return item.name + item.arguments;
    case "function_call_output":
      return item.output;
    default:
      return "";
  }
}

const sum = (tokens: Tokens): number => tokens.text + tokens.audio;
