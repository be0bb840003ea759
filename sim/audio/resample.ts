import { encodeMulaw } from "./mulaw.ts";

const telephoneRate = 8_000;
/** Zero crossings of the kernel on each side: more is a steeper filter. */
const lobes = 16;
/** The pass band ends a little below the half of the lower rate, so that the slope of the filter fits under it. */
const passBand = 0.94;

/**
 * Converts samples from one rate to another, band-limited: nothing above half of the lower rate gets through. The
 * sound keeps its length in seconds, rounded to a sample.
 */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return samples;
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const phases = kernelPhases(fromRate / divisor, toRate / divisor);
  const phaseCount = phases.length;
  const step = fromRate / divisor;
  return Float32Array.from({ length: Math.round((samples.length * toRate) / fromRate) }, (_, index) => {
    const position = index * step;
    const phase = phases[position % phaseCount] ?? new Float32Array(0);
    return convolve(samples, Math.floor(position / phaseCount) - phase.length / 2 + 1, phase);
  });
}

/** Sound of any rate as the telephone carries it: 8 kHz μ-law. Samples reach from -1 to 1; louder ones are clipped. */
export function toTelephone(samples: Float32Array, sampleRate: number): Uint8Array {
  const slow = resample(samples, sampleRate, telephoneRate);
  return encodeMulaw(Int16Array.from(slow, (sample) => Math.max(-1, Math.min(1, sample)) * 32_767));
}

/** One kernel for each place that an output sample can take between two input samples. */
function kernelPhases(step: number, phaseCount: number): Float32Array[] {
  const cutoff = Math.min(1, phaseCount / step) * passBand;
  const halfWidth = Math.ceil(lobes / cutoff);
  return Array.from({ length: phaseCount }, (_, phase) => {
    const taps = Float32Array.from({ length: 2 * halfWidth }, (_, tap) => {
      const distance = tap - halfWidth + 1 - phase / phaseCount;
      return sinc(distance * cutoff) * hannWindow(distance / halfWidth);
    });
    const gain = taps.reduce((sum, tap) => sum + tap, 0);
    return taps.map((tap) => tap / gain);
  });
}

function convolve(samples: Float32Array, start: number, taps: Float32Array): number {
  let sum = 0;
  const first = Math.max(0, -start);
  const end = Math.min(taps.length, samples.length - start);
  for (let tap = first; tap < end; tap++) sum += (taps[tap] ?? 0) * (samples[start + tap] ?? 0);
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const hannWindow = (x: number): number => (Math.abs(x) >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x));

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
