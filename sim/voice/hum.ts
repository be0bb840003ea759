import { encodeMulaw } from "../audio/mulaw.ts";
import type { Speak, VoiceName } from "./voices.ts";

/** How long one character takes. */
const characterMs = 60;
const samplesPerMs = 8;
/** Amplitude of a tone whose swell and fall leave it at about -18 dBFS. */
const amplitude = 0.29 * 0x8000;

/** The pitch of each voice's lowest tone. */
const pitches: Record<VoiceName, number> = { caller: 220, twilio: 180, assistant: 120, person: 150, machine: 200 };

const bursts = new Map<string, Uint8Array>();

/**
 * Hums a text: a tone burst of 60 ms a character, 8 kHz μ-law, as loud and as restless as speech. It costs nothing and
 * is the same every time, for tests in virtual time.
 */
export function hum(text: string, voice: VoiceName): Uint8Array {
  const bytes = new Uint8Array(text.length * characterMs * samplesPerMs);
  for (let index = 0; index < text.length; index++)
    bytes.set(burst(text.charCodeAt(index), voice), index * characterMs * samplesPerMs);
  return bytes;
}

/** Humming in the place of speaking. */
export const humming: Speak = (text, voice) => Promise.resolve(hum(text, voice));

function burst(charCode: number, voice: VoiceName): Uint8Array {
  const isPause = charCode === 0x20;
  const key = `${voice}/${isPause ? "pause" : charCode % 32}`;
  const known = bursts.get(key);
  if (known !== undefined) return known;
  const made = isPause ? tone(pitches[voice], amplitude / 8) : tone(pitches[voice] + 15 * (charCode % 32), amplitude);
  bursts.set(key, made);
  return made;
}

/** A tone that swells and falls once. */
function tone(hertz: number, peak: number): Uint8Array {
  const sampleCount = characterMs * samplesPerMs;
  return encodeMulaw(
    Int16Array.from({ length: sampleCount }, (_, sample) => {
      const envelope = Math.sin((Math.PI * sample) / sampleCount) ** 2;
      return peak * envelope * Math.sin((2 * Math.PI * hertz * sample) / (1_000 * samplesPerMs));
    }),
  );
}
