import { bytesPerMs } from "../../audio/mulaw.ts";
import { type Recording, recording } from "../../audio/recording.ts";
import { formatReader } from "../audio-format.ts";
import type { AudioFormat, TurnDetection } from "./session-config.ts";
import { voiceDetector } from "./voice-detector.ts";

/** What comes of listening. Times count all audio ever appended. */
export type InputReports = {
  speechStarted(audioStartMs: number): void;
  speechStopped(audioEndMs: number): void;
};

/** The input audio buffer: what was appended since the last commit, within a recording of everything appended. */
export type InputAudio = {
  /** Everything ever appended, as μ-law. */
  readonly heard: Recording;
  readonly isSpeech: boolean;
  /** How much was appended since the last commit. */
  readonly bufferedMs: number;
  append(bytes: Uint8Array, format: AudioFormat, turnDetection: TurnDetection | null): void;
  /** Takes the buffer's audio between two points of the recording; the buffer goes on after the second. */
  take(startMs: number, endMs: number): Uint8Array;
  /** Takes all of the buffer. */
  takeAll(): Uint8Array;
  clear(): void;
};

/** An empty buffer that reports speech as it is found. */
export function inputAudio(reports: InputReports): InputAudio {
  const heard = recording();
  const read = formatReader();
  const detector = voiceDetector();
  let bufferStartByte = 0;

  function takeBytes(startByte: number, endByte: number): Uint8Array {
    const audio = heard.cut(Math.max(startByte, bufferStartByte), endByte);
    bufferStartByte = endByte;
    return audio;
  }

  function takeAll(): Uint8Array {
    detector.reset(heard.sizeBytes);
    return takeBytes(bufferStartByte, heard.sizeBytes);
  }

  return {
    heard,
    get isSpeech() {
      return detector.isSpeech;
    },
    get bufferedMs() {
      return (heard.sizeBytes - bufferStartByte) / bytesPerMs;
    },
    append(bytes, format, turnDetection) {
      heard.append(read(format, bytes));
      if (turnDetection === null) return detector.reset(heard.sizeBytes);
      detector.listen(heard, turnDetection, (fact) => {
        if (fact.type === "stopped") return reports.speechStopped(fact.audioEndMs);
        reports.speechStarted(Math.max(fact.audioStartMs, bufferStartByte / bytesPerMs));
      });
    },
    take: (startMs, endMs) => takeBytes(startMs * bytesPerMs, endMs * bytesPerMs),
    takeAll,
    clear: () => void takeAll(),
  };
}
