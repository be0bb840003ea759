import { decodeMulaw, frameMs } from "../audio/mulaw.ts";
import { writeWav } from "../audio/wav.ts";

const telephoneRate = 8_000;

/** What both sides of a call really heard. */
export type CallRecording = {
  add(caller: Uint8Array, agent: Uint8Array): void;
  readonly durationMs: number;
  /** What the agent's side said, as the caller heard it: 8 kHz μ-law. */
  agent(): Uint8Array;
  /** What the caller said, as Twilio heard it: 8 kHz μ-law. */
  caller(): Uint8Array;
  /** A stereo WAV file, 8 kHz, 16 bits: the caller on the left, the agent on the right. */
  wav(): Uint8Array;
};

/** An empty recording. */
export function callRecording(): CallRecording {
  const callerFrames: Uint8Array[] = [];
  const agentFrames: Uint8Array[] = [];
  const caller = (): Uint8Array => Buffer.concat(callerFrames);
  const agent = (): Uint8Array => Buffer.concat(agentFrames);

  return {
    add(callerFrame, agentFrame) {
      callerFrames.push(callerFrame);
      agentFrames.push(agentFrame);
    },
    get durationMs() {
      return callerFrames.length * frameMs;
    },
    caller,
    agent,
    wav: () => writeWav({ sampleRate: telephoneRate, channels: [decodeMulaw(caller()), decodeMulaw(agent())] }),
  };
}
