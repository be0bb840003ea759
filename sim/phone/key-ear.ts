import { columnTones, keyAt, rowTones } from "../audio/keypad.ts";
import { fromDbfs, rms } from "../audio/level.ts";
import { decodeMulaw } from "../audio/mulaw.ts";
import { silentFrame } from "./frames.ts";

/** Softer than this is no key. */
const audible = fromDbfs(-35);
/** So much of a frame's power must be in its two tones: speech is never so pure. */
const leastShare = 0.75;
/** Neither of the two tones may be much softer than the other. */
const leastShareOfOne = 0.15;
const samplesPerSecond = 8_000;

/** Tells the keys that are pressed at the other end by their tones, as every exchange does. */
export type KeyEar = {
  /** Hears 20 ms; the key, once, as soon as its tones are there for 40 ms. */
  hear(frame: Uint8Array): string | undefined;
};

export function keyEar(): KeyEar {
  let sounding: string | undefined;
  let isTold = false;

  return {
    hear(frame) {
      const key = keyIn(frame);
      if (key !== sounding) {
        sounding = key;
        isTold = false;
        return undefined;
      }
      if (isTold) return undefined;
      isTold = true;
      return key;
    },
  };
}

/** The key whose two tones make up a frame. Every frame of every call comes here: most are found out by their row. */
function keyIn(frame: Uint8Array): string | undefined {
  if (frame === silentFrame || rms(frame) < audible) return undefined;
  const samples = decodeMulaw(frame);
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const shareOf = (found: Found): number => (2 * found.power) / (samples.length * power);
  const row = loudest(samples, rowFactors);
  if (shareOf(row) < leastShareOfOne) return undefined;
  const column = loudest(samples, columnFactors);
  if (shareOf(column) < leastShareOfOne || shareOf(row) + shareOf(column) < leastShare) return undefined;
  return keyAt(row.index, column.index);
}

type Found = { index: number; power: number };

/** What stands for a tone in its filter. */
const factorOf = (hertz: number): number => 2 * Math.cos((2 * Math.PI * hertz) / samplesPerSecond);

const rowFactors = rowTones.map(factorOf);
const columnFactors = columnTones.map(factorOf);

function loudest(samples: Int16Array, factors: readonly number[]): Found {
  const powers = factors.map((factor) => powerAt(samples, factor));
  const power = Math.max(...powers);
  return { index: powers.indexOf(power), power };
}

/** The squared magnitude of one frequency (Goertzel). */
function powerAt(samples: Int16Array, factor: number): number {
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const next = sample + factor * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return last * last + beforeLast * beforeLast - factor * last * beforeLast;
}
