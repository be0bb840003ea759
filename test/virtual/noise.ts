import { type Random, random } from "../bridge/random.ts";

/** Noise that is like no other: where an item was cut can be told from the bytes alone. */
const allNoise = (() => {
  const dice = random(0);
  return Uint8Array.from({ length: 1 << 20 }, () => dice.pick([0x30, 0xb0]) + dice.between(0, 31));
})();

/** So much of it, from anywhere: to make each its own would take longer than the call that hears it. */
export function noise(dice: Random, durationMs: number): Uint8Array {
  const sizeBytes = durationMs * 8;
  const from = dice.between(0, allNoise.length - sizeBytes);
  return allNoise.subarray(from, from + sizeBytes);
}
