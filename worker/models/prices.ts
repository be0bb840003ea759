/** The day on which these prices were read (openai.md 1). They change without notice: a bill is the vendor's to write. */
export const pricesAsOf = "2026-11-22";

/** US dollars per million tokens; `cached` is input that the model had read before. */
export type TokenPrices = { text: TokenPrice; audio: TokenPrice };
type TokenPrice = { input: number; cached: number; output: number };

/** What a conversation's tokens cost, by the model's name. A model that is not here has tokens, and no price. */
export const tokenPrices: ReadonlyMap<string, TokenPrices> = new Map([
  ["gpt-realtime-2.1", { text: { input: 4, cached: 0.4, output: 24 }, audio: { input: 32, cached: 0.4, output: 64 } }],
  [
    "gpt-realtime-2.1-mini",
    { text: { input: 0.6, cached: 0.06, output: 2.4 }, audio: { input: 10, cached: 0.3, output: 20 } },
  ],
  ["gpt-realtime-2", { text: { input: 4, cached: 0.4, output: 24 }, audio: { input: 32, cached: 0.4, output: 64 } }],
  ["gpt-realtime-1.5", { text: { input: 4, cached: 0.4, output: 16 }, audio: { input: 32, cached: 0.4, output: 64 } }],
]);

/** What writing down the caller's words costs: US dollars per minute of speech, by the transcription model's name. */
export const transcriptionPrices: ReadonlyMap<string, number> = new Map([
  ["gpt-realtime-whisper", 0.017],
  ["gpt-live-transcribe", 0.017],
  ["gpt-transcribe", 0.0045], // From third parties' notes; the vendor's own page was not seen.
]);

/** What a session costs that is billed by its time, silence included: US dollars per minute, by the model's name. */
export const minutePrices: ReadonlyMap<string, number> = new Map([
  ["gpt-live-1", 0.05],
  ["gpt-live-1.1", 0.05],
]);
