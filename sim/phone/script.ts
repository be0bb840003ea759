import { frameMs } from "../audio/mulaw.ts";
import { toTelephone } from "../audio/resample.ts";
import { readWav } from "../audio/wav.ts";
import type { Speak, VoiceName } from "../voice/voices.ts";
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
export async function follow(script: readonly PhoneStep[], speak: Speak, voice: VoiceName = "caller"): Promise<Holder> {
  const steps = everyStep(script);
  const sounds = await Promise.all(steps.map((step) => soundOf(step, speak, voice)));
  return scriptHolder(script, new Map(steps.map((step, index) => [step, sounds[index] ?? silentFrame])));
}

/** The steps of a script, with those that only some choice leads to. */
const everyStep = (script: readonly PhoneStep[]): PhoneStep[] =>
  script.flatMap((step) => [step, ...(step.step === "menu" ? Object.values(step.choices).flatMap(everyStep) : [])]);

async function soundOf(step: PhoneStep, speak: Speak, voice: VoiceName): Promise<Uint8Array> {
  switch (step.step) {
    case "say":
      return speak(step.text, voice);
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
    case "wait-for-digits":
    case "menu":
    case "hang-up":
      return new Uint8Array(0);
  }
}

/** What a step does in the next 20 ms, or that it is over and the next one may begin in the same 20 ms. */
type Progress = PhoneTurn | "over" | "gave-up";

function scriptHolder(script: readonly PhoneStep[], sounds: ReadonlyMap<PhoneStep, Uint8Array>): Holder {
  /** What is to be done, in order: the steps of a choice are put in when it is made. */
  const steps = [...script];
  let index = -1;
  let beganMs = 0;
  let lastSpokeMs = 0;
  /** How many of the keys that were heard have been waited for. */
  let keysTaken = 0;

  function begin(nowMs: number, emit: (event: PhoneEvent) => void): void {
    index++;
    beganMs = nowMs;
    const step = steps[index];
    if (step !== undefined) emit({ event: "step-began", index, step, atMs: nowMs });
  }

  /** Whether these keys were heard since keys were last waited for; then they are taken. */
  function takeKeys(wanted: string, keysHeard: string): boolean {
    const at = keysHeard.indexOf(wanted, keysTaken);
    if (at === -1) return false;
    keysTaken = at + wanted.length;
    return true;
  }

  function perform(step: PhoneStep, hearing: Hearing): Progress {
    const elapsedMs = hearing.nowMs - beganMs;
    switch (step.step) {
      case "say":
      case "play":
      case "play-mulaw": {
        const speech = frameAt(sounds.get(step) ?? silentFrame, elapsedMs / frameMs);
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
      case "wait-for-digits":
        return takeKeys(step.digits, hearing.keysHeard) ? "over" : waited(elapsedMs, step.atMostMs);
      case "menu": {
        const choice = Object.entries(step.choices).find(([keys]) => takeKeys(keys, hearing.keysHeard));
        if (choice === undefined) return waited(elapsedMs, step.atMostMs);
        steps.splice(index + 1, 0, ...choice[1]);
        return "over";
      }
      case "hang-up":
        return { ...silent, hungUp: true };
    }
  }

  return (hearing, emit) => {
    if (index === -1) begin(hearing.nowMs, emit);
    for (let step = steps[index]; step !== undefined; step = steps[index]) {
      const progress = perform(step, hearing);
      if (typeof progress === "object") return progress;
      if (progress === "gave-up") emit({ event: "step-gave-up", index, step, atMs: hearing.nowMs });
      begin(hearing.nowMs, emit);
    }
    return silent;
  };
}

const waited = (elapsedMs: number, atMostMs = patienceMs): Progress => (elapsedMs >= atMostMs ? "gave-up" : silent);
