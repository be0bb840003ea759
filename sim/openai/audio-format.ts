import { decodeMulaw, encodeSample } from "../audio/mulaw.ts";
import { resample } from "../audio/resample.ts";

/** How a session writes sound: PCM of 16 bits, or μ-law as the telephone has it. */
export type SoundFormat = { type: "audio/pcm"; rate: 16_000 | 24_000 } | { type: "audio/pcmu" };

const telephoneRate = 8_000;

/** μ-law as the format has it. */
export function toFormat(format: SoundFormat, mulaw: Uint8Array): Uint8Array {
  if (format.type === "audio/pcmu") return mulaw;
  const fast = resample(Float32Array.from(decodeMulaw(mulaw)), telephoneRate, format.rate);
  return new Uint8Array(Int16Array.from(fast, (sample) => Math.max(-32_768, Math.min(32_767, sample))).buffer);
}

/**
 * Reads what is appended as the session's input format says, and gives μ-law. PCM may be cut anywhere: what is left of
 * a sample waits for the next bytes.
 */
export function formatReader(): (format: SoundFormat, bytes: Uint8Array) => Uint8Array {
  let rest: Uint8Array = new Uint8Array(0);
  return (format, bytes) => {
    if (format.type === "audio/pcmu") return bytes;
    const all = new Uint8Array(rest.length + bytes.length);
    all.set(rest);
    all.set(bytes, rest.length);
    const samplesInOne = format.rate / telephoneRate;
    const samples = Math.floor(all.length / (2 * samplesInOne));
    rest = all.slice(samples * 2 * samplesInOne);
    return Uint8Array.from({ length: samples }, (_, index) => encodeSample(meanOf(all, index, samplesInOne)));
  };
}

/** So many samples of 16 bits make one at 8 kHz. */
function meanOf(bytes: Uint8Array, index: number, sampleCount: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * 2 * sampleCount, 2 * sampleCount);
  let sum = 0;
  for (let sample = 0; sample < sampleCount; sample++) sum += view.getInt16(2 * sample, true);
  return Math.round(sum / sampleCount);
}
