import { bytesPerMs, encodeMulaw, silence } from "../../audio/mulaw.ts";

/** The two tones of each key in Hz, as on every telephone (ITU-T Q.23). */
const tones: Record<string, readonly [number, number]> = {
  "1": [697, 1_209],
  "2": [697, 1_336],
  "3": [697, 1_477],
  A: [697, 1_633],
  "4": [770, 1_209],
  "5": [770, 1_336],
  "6": [770, 1_477],
  B: [770, 1_633],
  "7": [852, 1_209],
  "8": [852, 1_336],
  "9": [852, 1_477],
  C: [852, 1_633],
  "*": [941, 1_209],
  "0": [941, 1_336],
  "#": [941, 1_477],
  D: [941, 1_633],
};

const toneMs = 100;
const gapMs = 100;
const amplitude = 0.2 * 0x8000;

/** What `<Play digits>` accepts: keys, `w` for half a second and `W` for a second of silence (twilio.md 4.1). */
export const isPlayable = (digits: string): boolean => /^[0-9A-D#*wW]+$/.test(digits);

/** The sound of keys being pressed, as 8 kHz μ-law. */
export const dtmfTones = (digits: string): Uint8Array => Buffer.concat(Array.from(digits, soundOf));

function soundOf(key: string): Uint8Array {
  if (key === "w") return silence(500);
  if (key === "W") return silence(1_000);
  const [low, high] = tones[key] ?? [0, 0];
  const tone = Int16Array.from({ length: toneMs * bytesPerMs }, (_, sample) => {
    const seconds = sample / (1_000 * bytesPerMs);
    return amplitude * (Math.sin(2 * Math.PI * low * seconds) + Math.sin(2 * Math.PI * high * seconds));
  });
  return Buffer.concat([encodeMulaw(tone), silence(gapMs)]);
}
