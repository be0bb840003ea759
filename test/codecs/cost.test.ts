import { describe, expect, test } from "vitest";
import { addUsage, noUsage } from "../../worker/bridge/usage.ts";
import {
  costUsd,
  timeCost,
  tokensCost,
  transcriptionCost,
  transcriptionCostUsd,
  usageOf,
} from "../../worker/models/cost.ts";
import { pricesAsOf, tokenPrices } from "../../worker/models/prices.ts";

/** As openai.md A8 describes a response in mid-call: most of what it reads was read before. */
const usage = {
  total_tokens: 1780,
  input_tokens: 1500,
  output_tokens: 280,
  input_token_details: {
    text_tokens: 600,
    audio_tokens: 900,
    image_tokens: 0,
    cached_tokens: 1100,
    cached_tokens_details: { text_tokens: 500, audio_tokens: 600, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 80, audio_tokens: 200 },
};

const read = { textIn: 600, textInCached: 500, audioIn: 900, audioInCached: 600, textOut: 80, audioOut: 200 };

describe("the tokens of a response", () => {
  test("are read with their cached part, which is part of the input", () => {
    expect(usageOf(usage)).toEqual(read);
  });

  test("a cached count without its split is the text first, then audio", () => {
    const { cached_tokens_details: _, ...input } = usage.input_token_details;
    expect(usageOf({ ...usage, input_token_details: input })).toEqual({
      ...read,
      textInCached: 600,
      audioInCached: 500,
    });
  });

  test.each([undefined, null, "many", 7, [], {}, { input_token_details: null, output_token_details: [] }])(
    "%j is no usage",
    (nothing) => {
      expect(usageOf(nothing)).toEqual(noUsage);
    },
  );

  test.each([-5, 1.5, Number.NaN, Infinity, "12", null, {}])("a count of %j is none", (count) => {
    const details = { text_tokens: count, audio_tokens: 10, cached_tokens: count };
    expect(usageOf({ input_token_details: details, output_token_details: details })).toEqual({
      ...noUsage,
      audioIn: 10,
      audioOut: 10,
    });
  });

  test("never are more cached than were put in", () => {
    const input = { text_tokens: 10, audio_tokens: 20, cached_tokens_details: { text_tokens: 99, audio_tokens: 99 } };
    const overcached = usageOf({ input_token_details: input });
    expect(overcached).toEqual({ ...noUsage, textIn: 10, textInCached: 10, audioIn: 20, audioInCached: 20 });
    expect(usageOf({ input_token_details: { text_tokens: 10, audio_tokens: 20, cached_tokens: 99 } })).toEqual(
      overcached,
    );
  });

  test("add up over a call", () => {
    expect([usage, usage].map(usageOf).reduce(addUsage, noUsage)).toEqual({
      textIn: 1200,
      textInCached: 1000,
      audioIn: 1800,
      audioInCached: 1200,
      textOut: 160,
      audioOut: 400,
    });
  });
});

/** What a model costs whose price nobody knows. */
const guessed = (usd: number) => ({ costUsd: undefined, guess: { model: "my-own", usd } });

describe("the cost", () => {
  const million = 1_000_000;

  test.each([
    ["gpt-realtime-2.1", [4, 0.4, 24, 32, 0.4, 64]],
    ["gpt-realtime-2.1-mini", [0.6, 0.06, 2.4, 10, 0.3, 20]],
    ["gpt-realtime-2", [4, 0.4, 24, 32, 0.4, 64]],
    ["gpt-realtime-1.5", [4, 0.4, 16, 32, 0.4, 64]],
  ])("of a million tokens of each kind is the price list's for %s", (model, list) => {
    const costs = [
      { textIn: million },
      { textIn: million, textInCached: million },
      { textOut: million },
      { audioIn: million },
      { audioIn: million, audioInCached: million },
      { audioOut: million },
    ].map((some) => costUsd(model, { ...noUsage, ...some }));
    expect(costs).toEqual(list);
  });

  test("of a response is counted by kind, the cached part at its own price", () => {
    // 100 × 4 + 500 × 0.4 + 80 × 24 + 300 × 32 + 600 × 0.4 + 200 × 64, in millionths.
    expect(costUsd("gpt-realtime-2.1", read)).toBeCloseTo(0.02516, 10);
  });

  test.each(["gpt-realtime-9", "", "constructor"])(
    "of a model without a price (%j) is not known, and is not 0",
    (model) => {
      expect(costUsd(model, read)).toBeUndefined();
      expect(transcriptionCostUsd(model, 60)).toBeUndefined();
    },
  );

  test("of a call in which nothing was said is 0", () => {
    expect(costUsd("gpt-realtime-2.1", noUsage)).toBe(0);
  });

  test("of writing down the caller's words goes by the minute", () => {
    expect(transcriptionCostUsd("gpt-realtime-whisper", 90)).toBeCloseTo(0.0255, 10);
  });

  test("is the price list's where there is one, and then no guess", () => {
    expect(tokensCost("gpt-realtime-2.1-mini", { ...noUsage, audioOut: million })).toEqual({ costUsd: 20 });
    expect(transcriptionCost("gpt-transcribe", 60)).toEqual({ costUsd: 0.0045 });
    expect(timeCost("gpt-live-1.1", 60)).toEqual({ costUsd: 0.05 });
  });

  test("of what has no price is guessed at the dearest that is known, for a ceiling that must hold", () => {
    expect(tokensCost("my-own", { ...noUsage, audioOut: million })).toEqual(guessed(64));
    expect(tokensCost("my-own", { ...noUsage, textOut: million })).toEqual(guessed(24));
    expect(transcriptionCost("my-own", 60)).toEqual(guessed(0.017));
    expect(timeCost("my-own", 60)).toEqual(guessed(0.05));
    expect(tokensCost("my-own", noUsage)).toEqual(guessed(0));
  });

  test("the price list has a date, and cached input is nowhere dearer than fresh", () => {
    expect(pricesAsOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    const kinds = [...tokenPrices.values()].flatMap(({ text, audio }) => [text, audio]);
    expect(kinds.filter(({ cached, input }) => cached > input)).toEqual([]);
  });
});
