import { levelDb } from "../../common/audio-level.ts";
import { audioMs, base64Bytes, frameBytes } from "../../common/audio.ts";
import type { ModelSound } from "../bridge/events.ts";

/**
 * Cuts what a model sends without end into the phone's frames of 20 ms, so that each can be judged, and left out, by
 * itself. A frame that comes alone passes untouched; bytes that are no whole frame wait for the next.
 */
export function soundFrames(): (payload: string) => ModelSound[] {
  let rest: Buffer = Buffer.alloc(0);
  return (payload) => {
    if (rest.length === 0 && base64Bytes(payload) === frameBytes) return [modelSound(payload)];
    const bytes = Buffer.concat([rest, Buffer.from(payload, "base64")]);
    const count = Math.floor(bytes.length / frameBytes);
    rest = bytes.subarray(count * frameBytes);
    return Array.from({ length: count }, (_, index) =>
      modelSound(bytes.subarray(index * frameBytes, (index + 1) * frameBytes).toString("base64")),
    );
  };
}

/** How loud it is is computed when, and if, it is read. */
function modelSound(payload: string): ModelSound {
  let level: number | undefined;
  return {
    type: "model.sound",
    payload,
    durationMs: audioMs(payload),
    get levelDb() {
      return (level ??= levelDb(payload));
    },
  };
}
