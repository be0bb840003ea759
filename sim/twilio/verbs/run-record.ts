import { frameMs } from "../../audio/mulaw.ts";
import { fromDbfs, rms } from "../../audio/level.ts";
import { beep } from "../../audio/tone.ts";
import { isOver } from "../call/call-facts.ts";
import type { Document } from "../call/document.ts";
import { type StoredRecording, recordedSeconds } from "../call/recording-store.ts";
import { playAudio } from "../line/announcement.ts";
import type { Line } from "../line/line.ts";
import type { RecordVerb } from "../twiml/verb.ts";
import { type Next, afterwards } from "./elsewhere.ts";
import { tellRecording } from "./recording-callbacks.ts";
import type { Stage } from "./stage.ts";

/** Softer than this is silence. */
const audible = fromDbfs(-45);

/** What ended a recording; a key is named by itself. */
type Ending = "silence" | "length" | "hangup" | (string & {});

/**
 * Records the caller (twilio.md 2): after the beep, until a key, so much silence, the greatest length, or the end of
 * the call. Where there was nothing but silence no recording is kept, no action is asked, and the next verb runs.
 */
export async function runRecord(
  verb: RecordVerb,
  document: Document,
  stage: Stage,
  signal: AbortSignal,
): Promise<Next> {
  const { platform, facts } = stage;
  const line = stage.line();
  if (verb.playBeep) await playAudio(line, beep, signal);
  const begun = {
    sid: platform.nextSid("RE"),
    callSid: facts.sid,
    source: "RecordVerb",
    startedAt: platform.now(),
    channels: [new Uint8Array(0)],
  } as const;
  tellRecording(stage, verb.callback, document.url, "in-progress", begun);

  const frames: Uint8Array[] = [];
  const ending = await record(verb, line, frames, signal);
  const recording: StoredRecording = { ...begun, channels: [Buffer.concat(verb.trim ? trimmed(frames) : frames)] };
  if (!frames.some(isSound)) {
    tellRecording(stage, verb.callback, document.url, "absent", recording);
    return "next-verb";
  }
  platform.recordings.keep(recording);
  tellRecording(stage, verb.callback, document.url, "completed", recording);
  if (signal.aborted && !isOver(facts)) return "next-verb";
  return afterwards(verb.action ?? document.url, verb.method, document, stage, {
    RecordingSid: recording.sid,
    RecordingUrl: platform.recordingUrl(recording.sid),
    RecordingDuration: String(recordedSeconds(recording)),
    ...(ending === "silence" || ending === "length" ? {} : { Digits: ending }),
  });
}

/** Fills `frames` with what the caller speaks, until something ends it. */
function record(verb: RecordVerb, line: Line, frames: Uint8Array[], signal: AbortSignal): Promise<Ending> {
  if (signal.aborted) return Promise.resolve("hangup");
  return new Promise((resolve) => {
    let silentMs = 0;
    const end = {
      exchange(spoken: Uint8Array) {
        frames.push(spoken);
        silentMs = isSound(spoken) ? 0 : silentMs + frameMs;
        if (frames.length * frameMs >= verb.maxLengthSeconds * 1_000) leave("length");
        else if (silentMs >= verb.timeoutSeconds * 1_000) leave("silence");
        return undefined;
      },
      press(digit: string) {
        if (verb.finishOnKey.includes(digit)) leave(digit);
      },
    };
    const hungUp = (): void => leave("hangup");
    function leave(ending: Ending): void {
      line.disconnect(end);
      signal.removeEventListener("abort", hungUp);
      resolve(ending);
    }
    signal.addEventListener("abort", hungUp);
    line.connect(end);
  });
}

const isSound = (frame: Uint8Array): boolean => rms(frame) > audible;

/** Without the silence at both ends. */
const trimmed = (frames: readonly Uint8Array[]): readonly Uint8Array[] =>
  frames.slice(Math.max(0, frames.findIndex(isSound)), frames.findLastIndex(isSound) + 1);
