import { frameBytes } from "../../audio/mulaw.ts";
import { formatReader } from "../audio-format.ts";
import { invalidValue, type Objection } from "../shape.ts";
import type { LiveContext } from "./context.ts";
import { answering } from "./server-events.ts";
import { wholeFrame } from "./utterance.ts";

/** A clip that is played word for word in the place of the model's speech, while nobody listens (openai.md B3). */
export type Fixture = {
  readonly isPlaying: boolean;
  /** A client's `session.output_audio.fixture.play`. */
  play(base64: string, eventId: string | null): Objection | undefined;
  /** The clip's next 20 ms, while there is one. */
  frame(): Uint8Array | undefined;
};

/** Whatever the session's own format is. */
const clipFormat = { type: "audio/pcm", rate: 24_000 } as const;
const bytesPerSecond = 48_000;
const mostSeconds = 30;

/** A player with nothing to play; `interrupt` makes way for a clip. */
export function fixture(context: LiveContext, interrupt: () => void): Fixture {
  let clip: { mulaw: Uint8Array; at: number; eventId: string | null } | undefined;
  return {
    get isPlaying() {
      return clip !== undefined;
    },
    play(base64, eventId) {
      const bytes = Buffer.from(base64, "base64");
      const isWhole = bytes.length === Buffer.byteLength(base64, "base64") && bytes.length % 2 === 0;
      if (!isWhole || bytes.length === 0) return invalidValue("audio", "expected PCM of 16 bits at 24 kHz, as base64");
      if (bytes.length > mostSeconds * bytesPerSecond)
        return invalidValue("audio", `it is longer than ${mostSeconds} seconds`);
      if (clip !== undefined) return alreadyPlaying;
      interrupt();
      clip = { mulaw: formatReader()(clipFormat, bytes), at: 0, eventId };
      context.emit({ type: "session.output_audio.fixture.playing", ...answering(eventId) });
      return undefined;
    },
    frame() {
      if (clip === undefined) return undefined;
      const { mulaw, at, eventId } = clip;
      if (at >= mulaw.length) {
        clip = undefined;
        context.emit({ type: "session.output_audio.fixture.played", ...answering(eventId) });
        return undefined;
      }
      clip.at += frameBytes;
      return wholeFrame(mulaw.subarray(at, at + frameBytes));
    },
  };
}

/** An objection to what cannot be done while a clip is played. */
export const alreadyPlaying: Objection = {
  code: "invalid_event",
  message: "An audio fixture is playing: wait for session.output_audio.fixture.played.",
  param: "type",
};
