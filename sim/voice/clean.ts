import { fromDbfs } from "../audio/level.ts";
import { encodeMulaw } from "../audio/mulaw.ts";
import { resample } from "../audio/resample.ts";
import type { Sound } from "../audio/wav.ts";

const telephoneRate = 8_000;
const frameSamples = 160;
/** What speech measures while it is speech, pauses left out. */
const speechLevel = fromDbfs(-18);
/** Above this a sample is bent towards full scale instead of being clipped: synthesised speech has sharp peaks. */
const knee = 0.7;
/** Below the loudest frame by this much, a frame is silent. */
const silenceBelowPeak = fromDbfs(-40);
/** Silence left at either end, so that no soft consonant is cut. */
const marginSamples = 20 * 8;

/** Makes synthesised speech fit for the line: 8 kHz μ-law, silence around it cut to 20 ms, at the level of speech. */
export function clean(sound: Sound): Uint8Array {
  const mono = sound.channels[0] ?? new Float32Array(0);
  const speech = trim(resample(mono, sound.sampleRate, telephoneRate));
  const gain = gainFor(speech);
  return encodeMulaw(Int16Array.from(speech, (sample) => bend(sample * gain) * 32_767));
}

function trim(samples: Float32Array): Float32Array {
  const levels = frameLevels(samples);
  const threshold = Math.max(0, ...levels) * silenceBelowPeak;
  const firstLoud = levels.findIndex((level) => level > threshold);
  const lastLoud = levels.findLastIndex((level) => level > threshold);
  if (firstLoud === -1) return new Float32Array(0);
  return samples.subarray(
    Math.max(0, firstLoud * frameSamples - marginSamples),
    (lastLoud + 1) * frameSamples + marginSamples,
  );
}

function gainFor(samples: Float32Array): number {
  const levels = frameLevels(samples);
  const threshold = Math.max(0, ...levels) * silenceBelowPeak;
  const loud = levels.filter((level) => level > threshold);
  const level = Math.sqrt(loud.reduce((sum, each) => sum + each * each, 0) / Math.max(1, loud.length));
  return level === 0 ? 0 : speechLevel / level;
}

function bend(sample: number): number {
  const size = Math.abs(sample);
  if (size <= knee) return sample;
  return Math.sign(sample) * (knee + (1 - knee) * Math.tanh((size - knee) / (1 - knee)));
}

/** The root mean square of each 20 ms. */
function frameLevels(samples: Float32Array): number[] {
  return Array.from({ length: Math.ceil(samples.length / frameSamples) }, (_, frame) => {
    const part = samples.subarray(frame * frameSamples, (frame + 1) * frameSamples);
    return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
  });
}
