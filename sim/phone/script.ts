import { frameMs } from "../audio/mulaw.ts";
import { toTelephone } from "../audio/resample.ts";
import { readWav } from "../audio/wav.ts";
import type { Speak } from "../voice/voices.ts";
import { frameAt, silentFrame } from "./frames.ts";
import type { Hearing, Holder, PhoneTurn } from "./phone.ts";
import type { PhoneEvent } from "./phone-event.ts";
import type { PhoneStep } from "./step.ts";

const patienceMs = 30_000;
const quietMs = 700;
const keyMs = 200;

const silent: PhoneTurn = { speech: silentFrame, digits: "", hungUp: false };

/**
 * Makes the holder of a phone who follows a script. Everything there is to say is turned into sound first, so that the
 * call itself never waits for a voice. Fails when a WAV file cannot be read or a text cannot be spoken.
 */
export async function follow(script: readonly PhoneStep[], speak: Speak): Promise<Holder> {
  const sounds = await Promise.all(script.map((step) => soundOf(step, speak)));
  return scriptHolder(script, sounds);
}

async function soundOf(step: PhoneStep, speak: Speak): Promise<Uint8Array> {
  switch (step.step) {
    case "say":
      return speak(step.text, "caller");
    case "play": {
      const { sampleRate, channels } = readWav(step.wav);
      return toTelephone(channels[0] ?? new Float32Array(0), sampleRate);
    }
    case "play-mulaw":
      return step.audio;
    case "wait-for-agent":
    case "wait-for-quiet":
    case "pause":
    case "press":
    case "hang-up":
      return new Uint8Array(0);
  }
}

/** What a step does in the next 20 ms, or that it is over and the next one may begin in the same 20 ms. */
type Progress = PhoneTurn | "over" | "gave-up";

function scriptHolder(script: readonly PhoneStep[], sounds: readonly Uint8Array[]): Holder {
  let index = -1;
  let beganMs = 0;
  let lastSpokeMs = 0;

  function begin(nowMs: number, emit: (event: PhoneEvent) => void): void {
    index++;
    beganMs = nowMs;
    const step = script[index];
    if (step !== undefined) emit({ event: "step-began", index, step, atMs: nowMs });
  }

  function perform(step: PhoneStep, hearing: Hearing): Progress {
    const elapsedMs = hearing.nowMs - beganMs;
    switch (step.step) {
      case "say":
      case "play":
      case "play-mulaw": {
        const speech = frameAt(sounds[index] ?? silentFrame, elapsedMs / frameMs);
        if (speech === undefined) return "over";
        lastSpokeMs = hearing.nowMs + frameMs;
        return { ...silent, speech };
      }
      case "wait-for-agent": {
        const sinceMs = hearing.agentSpeakingSinceMs;
        if (sinceMs !== undefined && hearing.nowMs - sinceMs >= (step.spokenMs ?? 0)) return "over";
        return waited(elapsedMs, step.atMostMs);
      }
      case "wait-for-quiet": {
        const lastMs = hearing.agentLastHeardMs;
        if (lastMs !== undefined && lastMs > lastSpokeMs && hearing.nowMs - lastMs >= (step.quietMs ?? quietMs))
          return "over";
        return waited(elapsedMs, step.atMostMs);
      }
      case "pause":
        return elapsedMs >= step.ms ? "over" : silent;
      case "press": {
        if (elapsedMs >= step.digits.length * keyMs) return "over";
        return elapsedMs % keyMs === 0 ? { ...silent, digits: step.digits.charAt(elapsedMs / keyMs) } : silent;
      }
      case "hang-up":
        return { ...silent, hungUp: true };
    }
  }

  return (hearing, emit) => {
    if (index === -1) begin(hearing.nowMs, emit);
    for (let step = script[index]; step !== undefined; step = script[index]) {
      const progress = perform(step, hearing);
      if (typeof progress === "object") return progress;
      if (progress === "gave-up") emit({ event: "step-gave-up", index, step, atMs: hearing.nowMs });
      begin(hearing.nowMs, emit);
    }
    return silent;
  };
}

const waited = (elapsedMs: number, atMostMs = patienceMs): Progress => (elapsedMs >= atMostMs ? "gave-up" : silent);
