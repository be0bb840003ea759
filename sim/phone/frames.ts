import { frameBytes, frameMs, silence, silenceByte } from "../audio/mulaw.ts";

/** The frame of silence. One and the same array every time, so that it can be told without looking inside. */
export const silentFrame: Uint8Array = silence(frameMs);

/** The frame with this index of a sound, the last one filled up with silence; undefined after the sound's end. */
export function frameAt(sound: Uint8Array, index: number): Uint8Array | undefined {
  const part = sound.subarray(index * frameBytes, (index + 1) * frameBytes);
  if (part.length === frameBytes) return part;
  if (part.length === 0) return undefined;
  const frame = new Uint8Array(frameBytes).fill(silenceByte);
  frame.set(part);
  return frame;
}
