/** Numbers from 0 up to 1 that look random and are the same for the same seed (xorshift, 32 bits). */
export function seededRandom(seed: number): () => number {
  // The state must not be 0, and seeds that are close together must not begin alike.
  let state = Math.imul(seed | 0, 0x9e37_79b1) ^ 0x6d2b_79f5 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
