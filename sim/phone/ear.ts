import { fromDbfs, rms } from "../audio/level.ts";
import { bytesPerMs, frameMs } from "../audio/mulaw.ts";

/** Louder than this is speech. Speech on a telephone is about -18 dBFS. */
const audible = fromDbfs(-45);
/** Silence this long ends an utterance: the pauses between words and sentences are shorter. */
const pauseMs = 400;

/** Speech that began or ended. */
type SpeechChange = { isSpeaking: boolean; atMs: number };

export type Ear = {
  /** When the present utterance began; undefined while there is none. */
  readonly speakingSinceMs: number | undefined;
  /** The end of the last sound that was heard; undefined before the first. */
  readonly lastHeardMs: number | undefined;
  /** Hears 20 ms that begin at `atMs`; tells when an utterance began, or (`pauseMs` later) when one ended. */
  hear(frame: Uint8Array, atMs: number): SpeechChange | undefined;
};

/** Tells speech from silence by its level, to the millisecond. */
export function ear(): Ear {
  let speakingSinceMs: number | undefined;
  let lastHeardMs: number | undefined;

  return {
    get speakingSinceMs() {
      return speakingSinceMs;
    },
    get lastHeardMs() {
      return lastHeardMs;
    },
    hear(frame, atMs) {
      const loud = rms(frame) > audible ? loudSpan(frame) : undefined;
      if (loud !== undefined) {
        lastHeardMs = atMs + loud.endMs;
        if (speakingSinceMs !== undefined) return undefined;
        speakingSinceMs = atMs + loud.startMs;
        return { isSpeaking: true, atMs: speakingSinceMs };
      }
      if (speakingSinceMs === undefined || lastHeardMs === undefined) return undefined;
      if (atMs + frameMs - lastHeardMs < pauseMs) return undefined;
      speakingSinceMs = undefined;
      return { isSpeaking: false, atMs: lastHeardMs };
    },
  };
}

/** From the first to the last millisecond of a frame that is loud. */
function loudSpan(frame: Uint8Array): { startMs: number; endMs: number } {
  const isLoud = (ms: number): boolean => rms(frame, ms * bytesPerMs, (ms + 1) * bytesPerMs) > audible;
  const ms = Array.from({ length: frameMs }, (_, index) => index);
  return { startMs: ms.find(isLoud) ?? 0, endMs: (ms.findLast(isLoud) ?? frameMs - 1) + 1 };
}
