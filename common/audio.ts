/** G.711 μ-law at 8 kHz: one byte a sample. */
export const bytesPerMs = 8;
/** Twilio plays in frames of 20 ms; partial frames within an utterance are reported to jitter (twilio.md 1.2). */
export const frameBytes = 160;

/** How many bytes a base64 text stands for, without decoding it. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

/** How many milliseconds of μ-law a base64 text holds; may be fractional. */
export const audioMs = (base64: string): number => base64Bytes(base64) / bytesPerMs;

const base64Shape = /^[A-Za-z0-9+/]+={0,2}$/;

/** Whether a text is base64 of at least one byte. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && base64Shape.test(text);

/** `durationMs` of μ-law silence, base64. */
export const silence = (durationMs: number): string =>
  btoa("\xff".repeat(Math.max(1, Math.round(durationMs * bytesPerMs))));
