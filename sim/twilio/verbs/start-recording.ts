import { decodeMulaw, encodeMulaw, silenceByte } from "../../audio/mulaw.ts";
import type { Document } from "../call/document.ts";
import type { StoredRecording } from "../call/recording-store.ts";
import type { StartRecordingVerb } from "../twiml/verb.ts";
import { tellRecording } from "./recording-callbacks.ts";
import type { Stage } from "./stage.ts";

/** Begins to record the call, both sides of it as they were heard, until its end (twilio.md 2); nothing waits for it. */
export function startRecording(verb: StartRecordingVerb, document: Document, stage: Stage): void {
  const { platform, facts } = stage;
  const begun = {
    sid: platform.nextSid("RE"),
    callSid: facts.sid,
    source: "StartCallRecordingTwiML",
    startedAt: platform.now(),
    channels: Array.from({ length: verb.channels === "dual" ? 2 : 1 }, () => new Uint8Array(0)),
  } as const;
  const caller: Uint8Array[] = [];
  const agent: Uint8Array[] = [];
  stage.line().listen({
    sound(spoken, heard) {
      caller.push(spoken);
      agent.push(heard);
    },
  });
  tellRecording(stage, verb.callback, document.url, "in-progress", begun);
  stage.atTheEnd(() => {
    const recording: StoredRecording = { ...begun, channels: channelsOf(verb, caller, agent) };
    platform.recordings.keep(recording);
    tellRecording(stage, verb.callback, document.url, "completed", recording);
  });
}

/** What was not to be recorded is silent in a recording of two channels. */
function channelsOf(
  { track, channels }: StartRecordingVerb,
  callerFrames: readonly Uint8Array[],
  agentFrames: readonly Uint8Array[],
): Uint8Array[] {
  const caller = track === "outbound" ? silenced(callerFrames) : Buffer.concat(callerFrames);
  const agent = track === "inbound" ? silenced(agentFrames) : Buffer.concat(agentFrames);
  return channels === "dual" ? [caller, agent] : [mixed(caller, agent)];
}

const silenced = (frames: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(frames).length).fill(silenceByte);

function mixed(one: Uint8Array, other: Uint8Array): Uint8Array {
  const samples = decodeMulaw(other);
  return encodeMulaw(decodeMulaw(one).map((sample, index) => clipped(sample + (samples[index] ?? 0))));
}

const clipped = (sample: number): number => Math.max(-0x8000, Math.min(0x7fff, sample));
