import { bytesPerMs, encodeMulaw } from "./mulaw.ts";

/** Loud enough to be heard over speech, and far from the limit when two sound together. */
const amplitude = 0.2 * 0x8000;

/** Tones that sound together, equally loud, as 8 kHz μ-law. */
export function tone(hertz: readonly number[], durationMs: number): Uint8Array {
  return encodeMulaw(
    Int16Array.from({ length: durationMs * bytesPerMs }, (_, sample) => {
      const turns = (2 * Math.PI * sample) / (1_000 * bytesPerMs);
      return amplitude * hertz.reduce((sum, frequency) => sum + Math.sin(turns * frequency), 0);
    }),
  );
}

/** What is heard before something is recorded, by Twilio's `<Record>` as by an answering machine. */
export const beep: Uint8Array = tone([1_000], 500);
