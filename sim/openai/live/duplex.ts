import { bytesPerMs, frameBytes, frameMs, silence } from "../../audio/mulaw.ts";
import { type Recording, recording } from "../../audio/recording.ts";
import type { VirtualClock } from "../../clock.ts";
import { formatReader, toFormat } from "../audio-format.ts";
import type { LiveContext } from "./context.ts";
import type { Ear } from "./ear.ts";
import type { Fixture } from "./fixture.ts";
import type { Mouth } from "./mouth.ts";
import { wholeFrame } from "./utterance.ts";

/** Both directions of the audio, locked to each other: 20 ms go out for 20 ms that come in (openai.md B4). */
export type Duplex = {
  /** Everything appended, as 8 kHz μ-law, also what the model did not hear. */
  readonly appended: Recording;
  /** The model hears silence from now on, or the caller again; time goes on only with audio, as ever. */
  mute(isMuted: boolean): void;
  /** A client's audio, in the session's format. */
  append(bytes: Uint8Array): void;
  /** Sends what is left of a delta. */
  flush(): void;
};

/** The audio of one session. What is appended at once makes the model's time run ahead, and its speech with it. */
export function duplex(
  context: LiveContext,
  timeline: VirtualClock,
  parts: { ear: Ear; mouth: Mouth; fixture: Fixture },
): Duplex {
  const read = formatReader();
  const appended = recording();
  const deltaBytes = context.behaviour.deltaMs * bytesPerMs;
  let takenBytes = 0;
  let isMute = false;
  let output: Uint8Array = new Uint8Array(0);

  function exchange(input: Uint8Array): void {
    timeline.advance(frameMs);
    parts.ear.hear(isMute || parts.fixture.isPlaying ? silentFrame : input);
    put(parts.fixture.frame() ?? spokenFrame());
  }

  function spokenFrame(): Uint8Array {
    const spoken = parts.mouth.frame();
    return spoken === undefined ? quietFrame(timeline.nowMs()) : wholeFrame(spoken);
  }

  function put(frame: Uint8Array): void {
    output = new Uint8Array(Buffer.concat([output, frame]));
    while (output.length >= deltaBytes) {
      send(output.subarray(0, deltaBytes));
      output = output.slice(deltaBytes);
    }
  }

  function send(mulaw: Uint8Array): void {
    const bytes = toFormat(context.config.audio.format, mulaw);
    context.emitAudio(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"));
  }

  return {
    appended,
    mute(isMuted) {
      isMute = isMuted;
    },
    append(bytes) {
      appended.append(read(context.config.audio.format, bytes));
      for (; takenBytes + frameBytes <= appended.sizeBytes; takenBytes += frameBytes)
        exchange(appended.cut(takenBytes, takenBytes + frameBytes));
    },
    flush() {
      if (output.length > 0) send(output);
      output = new Uint8Array(0);
    },
  };
}

const silentFrame = silence(frameMs);

/** Silence is digital zero, apart from a tick of 0.4 s when the session begins, which no ear can hear (openai.md B4). */
const quietFrame = (atMs: number): Uint8Array => (atMs <= tickMs ? tickFrame : silentFrame);
const tickMs = 400;
const tickFrame = Uint8Array.from({ length: frameBytes }, (_, index) => (index % 2 === 0 ? 0xfe : 0x7e));
