import { bytesPerMs, decodeMulaw } from "../../audio/mulaw.ts";
import { writeWav } from "../../audio/wav.ts";

const telephoneRate = 8_000;

/** A sound that Twilio keeps: 8 kHz μ-law, one stretch a channel. */
export type StoredRecording = {
  readonly sid: string;
  readonly callSid: string;
  readonly source: "RecordVerb" | "StartCallRecordingTwiML";
  readonly startedAt: Date;
  readonly channels: readonly Uint8Array[];
};

/** The recordings of an account. */
export type RecordingStore = {
  keep(recording: StoredRecording): void;
  find(sid: string): StoredRecording | undefined;
  remove(sid: string): void;
  /** All of them, newest first. */
  all(): StoredRecording[];
};

export function recordingStore(): RecordingStore {
  const kept = new Map<string, StoredRecording>();
  return {
    keep: (recording) => void kept.set(recording.sid, recording),
    find: (sid) => kept.get(sid),
    remove: (sid) => void kept.delete(sid),
    all: () => [...kept.values()].toReversed(),
  };
}

/** How long a recording is in whole seconds, begun ones counted. */
export const recordedSeconds = ({ channels }: StoredRecording): number =>
  Math.ceil(Math.max(0, ...channels.map(({ length }) => length)) / bytesPerMs / 1_000);

/** A recording as it is fetched: a WAV file of 8 kHz and 16 bits. */
export const recordingWav = ({ channels }: StoredRecording): Uint8Array =>
  writeWav({ sampleRate: telephoneRate, channels: channels.map(decodeMulaw) });
