import { decodeMulaw, encodeSample } from "../../audio/mulaw.ts";
import { resample } from "../../audio/resample.ts";
import type { AudioFormat } from "./session-config.ts";

/** μ-law as the format has it: itself, or PCM of 16 bits at 24 kHz. */
export function toFormat(format: AudioFormat, mulaw: Uint8Array): Uint8Array {
  if (format.type === "audio/pcmu") return mulaw;
  const fast = resample(Float32Array.from(decodeMulaw(mulaw)), 8_000, 24_000);
  return new Uint8Array(Int16Array.from(fast, (sample) => Math.max(-32_768, Math.min(32_767, sample))).buffer);
}

/**
 * Reads what is appended as the session's input format says, and gives μ-law. PCM may be cut anywhere: what is left of
 * a sample waits for the next bytes.
 */
export function formatReader(): (format: AudioFormat, bytes: Uint8Array) => Uint8Array {
  let rest: Uint8Array = new Uint8Array(0);
  return (format, bytes) => {
    if (format.type === "audio/pcmu") return bytes;
    const all = new Uint8Array(rest.length + bytes.length);
    all.set(rest);
    all.set(bytes, rest.length);
    const samples = Math.floor(all.length / bytesPerTelephoneSample);
    rest = all.slice(samples * bytesPerTelephoneSample);
    return Uint8Array.from({ length: samples }, (_, index) => encodeSample(meanOfThree(all, index)));
  };
}

/** Three samples of 16 bits at 24 kHz make one at 8 kHz. */
const bytesPerTelephoneSample = 6;

function meanOfThree(bytes: Uint8Array, index: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * bytesPerTelephoneSample, bytesPerTelephoneSample);
  return Math.round((view.getInt16(0, true) + view.getInt16(2, true) + view.getInt16(4, true)) / 3);
}
