import { bytesPerMs, frameMs, silence } from "../../audio/mulaw.ts";
import { beep } from "../../audio/tone.ts";
import { type Holder, type Phone, phone } from "../../phone/phone.ts";
import type { PhoneEvent } from "../../phone/phone-event.ts";
import type { CallRecording } from "../../phone/recording.ts";
import { follow } from "../../phone/script.ts";
import type { PhoneStep } from "../../phone/step.ts";
import type { Speak, VoiceName } from "../../voice/voices.ts";
import type { AnsweredBy } from "./call-facts.ts";

/** What answering machine detection says of a phone, and how long after the answer: to stage its errors. */
export type Detected = { answeredBy?: AnsweredBy; afterMs?: number };

/**
 * What a phone that is called does.
 *
 * - `pick-up`: it rings for `ringMs`, then somebody picks up and follows a script, or whoever else holds it does.
 * - `take-message`: an answering machine picks up, speaks its greeting, beeps (unless told not to) and records for
 *   `atMostMs`, two minutes without it; then it hangs up.
 * - `ring-out`: nobody picks up.
 * - `be-busy`, `be-unreachable`: it does not even ring.
 */
export type CalledPhone =
  | ({ does: "pick-up"; ringMs: number; voice?: VoiceName; detected?: Detected } & (
      | { script: readonly PhoneStep[] }
      | { holder: Holder }
    ))
  | {
      does: "take-message";
      ringMs: number;
      greeting: string;
      beeps?: boolean;
      atMostMs?: number;
      detected?: Detected;
    }
  | { does: "ring-out" }
  | { does: "be-busy" }
  | { does: "be-unreachable" };

/** What detection is asked for: who answered, or when a machine has ended its greeting (twilio.md 4.1). */
export type DetectionMode = "Enable" | "DetectMessageEnd";

/** A phone that can be called now: everything it will say is sound by now. */
export type ReadyPhone =
  | { answer: "picked-up"; ringMs: number; phone: Phone; detected: (mode: DetectionMode) => Required<Detected> }
  | { answer: "none" }
  | { answer: "busy" }
  | { answer: "failed" };

/** How long a person speaks, or a machine, before Twilio knows which it is. */
const personMs = 1_500;
const machineMs = 2_500;
/** A greeting without a beep is over when it has been silent for so long (MachineDetectionSpeechEndThreshold). */
const greetingEndMs = 1_200;
const breathMs = 500;
const longestMessageMs = 120_000;

/** Makes a phone ready to be called. Fails when something in its script cannot be spoken. */
export async function readyPhone(
  called: CalledPhone,
  speak: Speak,
  voice: VoiceName,
  onEvent: (event: PhoneEvent) => void,
): Promise<ReadyPhone> {
  switch (called.does) {
    case "be-busy":
      return { answer: "busy" };
    case "be-unreachable":
      return { answer: "failed" };
    case "ring-out":
      return { answer: "none" };
    case "pick-up": {
      const holder = "holder" in called ? called.holder : await follow(called.script, speak, called.voice ?? voice);
      const detected = (): Required<Detected> => ({ answeredBy: "human", afterMs: personMs, ...called.detected });
      return { answer: "picked-up", ringMs: called.ringMs, phone: phone(holder, onEvent), detected };
    }
    case "take-message":
      return answeringMachine(called, speak, onEvent);
  }
}

async function answeringMachine(
  { ringMs, greeting, beeps = true, atMostMs = longestMessageMs, detected }: CalledPhone & { does: "take-message" },
  speak: Speak,
  onEvent: (event: PhoneEvent) => void,
): Promise<ReadyPhone> {
  const speech = await speak(greeting, "machine");
  const opening = Buffer.concat([silence(breathMs), speech, silence(breathMs), beeps ? beep : silence(0)]);
  const script: PhoneStep[] = [
    { step: "play-mulaw", audio: opening },
    { step: "pause", ms: atMostMs },
    { step: "hang-up" },
  ];
  const openingMs = Math.ceil(opening.length / bytesPerMs / frameMs) * frameMs;
  const found: Record<DetectionMode, Required<Detected>> = {
    Enable: { answeredBy: "machine_start", afterMs: machineMs },
    DetectMessageEnd: beeps
      ? { answeredBy: "machine_end_beep", afterMs: openingMs + frameMs }
      : { answeredBy: "machine_end_silence", afterMs: openingMs + greetingEndMs },
  };
  return {
    answer: "picked-up",
    ringMs,
    phone: phone(await follow(script, speak, "machine"), onEvent),
    detected: (mode) => ({ ...found[mode], ...detected }),
  };
}

/** What an answering machine has recorded after its beep, as it heard it; undefined when it has not beeped yet. */
export function messageAfterBeep(recording: CallRecording): Uint8Array | undefined {
  const beepAt = Buffer.from(recording.caller()).indexOf(beep);
  return beepAt === -1 ? undefined : recording.agent().subarray(beepAt + beep.length);
}
