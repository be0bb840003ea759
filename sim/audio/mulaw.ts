/** G.711 μ-law as ITU-T defines it: one byte a sample, 8,000 samples a second; 0xFF is silence. */
export const silenceByte = 0xff;
export const bytesPerMs = 8;
/** A telephone frame: 20 ms. */
export const frameBytes = 160;
export const frameMs = 20;

const bias = 0x84;
const clip = 32_635;

function decodeByte(byte: number): number {
  const inverted = ~byte & 0xff;
  const exponent = (inverted >> 4) & 7;
  const magnitude = ((((inverted & 0x0f) << 3) + bias) << exponent) - bias;
  return inverted & 0x80 ? -magnitude : magnitude;
}

const linear = Int16Array.from({ length: 256 }, (_, byte) => decodeByte(byte));

/** μ-law bytes to linear samples of 16 bits. A plain loop: every frame comes here, and `from` takes sixteen times as long. */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) samples[index] = linear[bytes[index] ?? 0] ?? 0;
  return samples;
}

/** One linear sample of 16 bits to its μ-law byte. */
export function encodeSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(clip, Math.abs(sample)) + bias;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** Linear samples of 16 bits to μ-law bytes. */
export const encodeMulaw = (samples: Int16Array): Uint8Array => Uint8Array.from(samples, encodeSample);

/** `durationMs` of silence. */
export const silence = (durationMs: number): Uint8Array => new Uint8Array(durationMs * bytesPerMs).fill(silenceByte);
