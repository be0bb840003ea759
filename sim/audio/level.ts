import { decodeMulaw } from "./mulaw.ts";

/** The square of each μ-law byte's sample, where 1 is full scale. */
const squares = Float64Array.from(
  decodeMulaw(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
  (sample) => (sample / 0x8000) ** 2,
);

/** Root mean square of μ-law bytes: 0 is silence, 1 is full scale. An empty stretch is silent. */
export function rms(mulaw: Uint8Array, startByte = 0, endByte = mulaw.length): number {
  let sum = 0;
  for (let index = startByte; index < endByte; index++) sum += squares[mulaw[index] ?? 0] ?? 0;
  return endByte > startByte ? Math.sqrt(sum / (endByte - startByte)) : 0;
}

/** A root mean square as decibels below full scale; silence is -Infinity. */
export const toDbfs = (level: number): number => 20 * Math.log10(level);

/** Decibels below full scale as a root mean square. */
export const fromDbfs = (dbfs: number): number => 10 ** (dbfs / 20);
