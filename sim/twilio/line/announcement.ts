import { frameMs } from "../../audio/mulaw.ts";
import { tone } from "../../audio/tone.ts";
import { frameAt, silentFrame } from "../../phone/frames.ts";
import type { FarEnd, Line } from "./line.ts";

/** Plays μ-law audio to the caller. Settles when its last frame was heard, or at once when `signal` is aborted. */
export const playAudio = (line: Line, audio: Uint8Array, signal: AbortSignal): Promise<void> =>
  occupy(line, (index) => frameAt(audio, index), signal);

/** Keeps the line silent for a while; settles like `playAudio`. */
export const keepSilent = (line: Line, durationMs: number, signal: AbortSignal): Promise<void> =>
  occupy(line, (index) => (index * frameMs < durationMs ? silentFrame : undefined), signal);

/** What a caller hears while another phone rings, in the USA: two seconds in six. */
export const ringbackTone: Uint8Array = tone([440, 480], 2_000);
const ringbackFrames = 6_000 / frameMs;

/** Lets the caller hear another phone ring, until `signal` is aborted. */
export const ring = (line: Line, signal: AbortSignal): Promise<void> =>
  occupy(line, (index) => frameAt(ringbackTone, index % ringbackFrames) ?? silentFrame, signal);

function occupy(line: Line, frameFor: (index: number) => Uint8Array | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let index = 0;
    const end: FarEnd = {
      exchange() {
        const frame = frameFor(index++);
        if (frame === undefined) leave();
        return frame;
      },
    };
    function leave(): void {
      line.disconnect(end);
      signal.removeEventListener("abort", leave);
      resolve();
    }
    signal.addEventListener("abort", leave, { once: true });
    line.connect(end);
  });
}
