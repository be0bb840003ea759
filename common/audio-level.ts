import { frameBytes } from "./audio.ts";

/** The level of digital silence: nothing is quieter. */
export const silenceDb = -100;

/** The square of each of the 256 μ-law codes (G.711), with full scale as 1. */
const squares = Float64Array.from({ length: 256 }, (_, code) => {
  const inverted = ~code & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84;
  return (magnitude / 32_768) ** 2;
});

/** How loud base64 μ-law is as a whole, in dBFS. */
export const levelDb = (base64: string): number => meanDb(atob(base64));

/** How loud each 20 ms of base64 μ-law are, in dBFS; the last may be shorter. */
export function levelsDb(base64: string): number[] {
  const bytes = atob(base64);
  return Array.from({ length: Math.ceil(bytes.length / frameBytes) }, (_, index) =>
    meanDb(bytes.slice(index * frameBytes, (index + 1) * frameBytes)),
  );
}

function meanDb(bytes: string): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 1) sum += squares[bytes.charCodeAt(index)] ?? 0;
  return sum === 0 ? silenceDb : Math.max(silenceDb, 10 * Math.log10(sum / bytes.length));
}
