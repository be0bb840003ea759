import { tellCallback } from "../call/callback.ts";
import { type StoredRecording, recordedSeconds } from "../call/recording-store.ts";
import type { RecordingCallback, RecordingEvent } from "../twiml/verb.ts";
import type { Stage } from "./stage.ts";

/** Tells one event of a recording to whoever asked for it; `documentUrl` is what a relative URL is relative to. */
export function tellRecording(
  { platform, facts, log, inBackground }: Stage,
  callback: RecordingCallback | undefined,
  documentUrl: string | undefined,
  event: RecordingEvent,
  recording: StoredRecording,
): void {
  if (callback?.events.includes(event) !== true) return;
  if (!URL.canParse(callback.url, documentUrl)) {
    log.add({ kind: "error", code: 11200, message: `recordingStatusCallback "${callback.url}" is not a URL` });
    return;
  }
  const parameters = {
    AccountSid: facts.accountSid,
    CallSid: facts.sid,
    RecordingSid: recording.sid,
    RecordingUrl: platform.recordingUrl(recording.sid),
    RecordingStatus: event,
    RecordingChannels: String(recording.channels.length),
    RecordingStartTime: recording.startedAt.toUTCString(),
    RecordingSource: recording.source,
    ...(event === "in-progress" ? {} : { RecordingDuration: String(recordedSeconds(recording)) }),
  };
  const url = new URL(callback.url, documentUrl).href;
  inBackground(
    tellCallback(platform, { purpose: "recording-callback", url, method: callback.method, parameters }, log),
  );
}
