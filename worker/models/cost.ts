import { object } from "../../common/json.ts";
import type { Cost, TokenUsage } from "../bridge/usage.ts";
import { minutePrices, tokenPrices, transcriptionPrices } from "./prices.ts";

/**
 * Reads the `usage` of a `response.done` (openai.md A8); every field may be missing. A count that is none is 0, and no
 * more is cached than was put in.
 */
export function usageOf(usage: unknown): TokenUsage {
  const { input_token_details, output_token_details } = object(usage);
  const input = object(input_token_details);
  const output = object(output_token_details);
  const textIn = tokenCount(input["text_tokens"]);
  const audioIn = tokenCount(input["audio_tokens"]);
  const cached = cachedOf(input, textIn);
  return {
    textIn,
    textInCached: Math.min(cached.text, textIn),
    audioIn,
    audioInCached: Math.min(cached.audio, audioIn),
    textOut: tokenCount(output["text_tokens"]),
    audioOut: tokenCount(output["audio_tokens"]),
  };
}

/** A cached count without its split begins with the text: what is cached is the beginning, the instructions. */
function cachedOf(input: Record<string, unknown>, textIn: number): { text: number; audio: number } {
  const { cached_tokens, cached_tokens_details } = input;
  if (cached_tokens_details !== undefined) {
    const details = object(cached_tokens_details);
    return { text: tokenCount(details["text_tokens"]), audio: tokenCount(details["audio_tokens"]) };
  }
  const all = tokenCount(cached_tokens);
  return { text: Math.min(all, textIn), audio: Math.max(0, all - textIn) };
}

/** What these tokens cost in US dollars, unrounded (openai.md A8); `undefined` for a model without a known price. */
export function costUsd(model: string, usage: TokenUsage): number | undefined {
  const prices = tokenPrices.get(model);
  if (prices === undefined) return undefined;
  const { text, audio } = prices;
  const millionths =
    (usage.textIn - usage.textInCached) * text.input +
    usage.textInCached * text.cached +
    usage.textOut * text.output +
    (usage.audioIn - usage.audioInCached) * audio.input +
    usage.audioInCached * audio.cached +
    usage.audioOut * audio.output;
  return millionths / 1_000_000;
}

/** What it costs in US dollars to write down so much speech; `undefined` for a model without a known price. */
export function transcriptionCostUsd(model: string, speechSeconds: number): number | undefined {
  const usdPerMinute = transcriptionPrices.get(model);
  return usdPerMinute === undefined ? undefined : (speechSeconds / 60) * usdPerMinute;
}

/** What so much time of a session costs, where time is what is billed; `undefined` without a known price. */
export function timeCostUsd(model: string, seconds: number): number | undefined {
  const usdPerMinute = minutePrices.get(model);
  return usdPerMinute === undefined ? undefined : (seconds / 60) * usdPerMinute;
}

/** What tokens cost by what is known, or else at the dearest price of a model's tokens that is. */
export const tokensCost = (model: string, usage: TokenUsage): Cost =>
  costOr(model, (name) => costUsd(name, usage), tokenPrices);

/** What it costs to write down so much speech, or else at the dearest price. */
export const transcriptionCost = (model: string, speechSeconds: number): Cost =>
  costOr(model, (name) => transcriptionCostUsd(name, speechSeconds), transcriptionPrices);

/** What so much time of a session costs, or else at the dearest price. */
export const timeCost = (model: string, seconds: number): Cost =>
  costOr(model, (name) => timeCostUsd(name, seconds), minutePrices);

function costOr(
  model: string,
  usdOf: (model: string) => number | undefined,
  known: ReadonlyMap<string, unknown>,
): Cost {
  const costUsd = usdOf(model);
  if (costUsd !== undefined) return { costUsd };
  return { costUsd, guess: { model, usd: Math.max(...[...known.keys()].map((name) => usdOf(name) ?? 0)) } };
}

/** A count of tokens as a peer tells it; one that is none is 0. */
export const tokenCount = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 0;
