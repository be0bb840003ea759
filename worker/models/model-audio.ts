import { levelsDb } from "../../common/audio-level.ts";
import { audioMs } from "../../common/audio.ts";
import type { ModelAudio } from "../bridge/events.ts";

/** A chunk of the model's speech, base64 μ-law of 8 kHz. How loud it is is computed when, and if, it is read. */
export function modelAudio(responseId: string, itemId: string, payload: string): ModelAudio {
  let levels: readonly number[] | undefined;
  return {
    type: "model.audio",
    responseId,
    itemId,
    payload,
    durationMs: audioMs(payload),
    get levelsDb() {
      return (levels ??= levelsDb(payload));
    },
  };
}
