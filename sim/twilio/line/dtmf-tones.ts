import { tonesOf } from "../../audio/keypad.ts";
import { silence } from "../../audio/mulaw.ts";
import { tone } from "../../audio/tone.ts";

const toneMs = 100;
const gapMs = 100;

/** What `<Play digits>` accepts: keys, `w` for half a second and `W` for a second of silence (twilio.md 4.1). */
export const isPlayable = (digits: string): boolean => /^[0-9A-D#*wW]+$/.test(digits);

/** The sound of keys being pressed, as 8 kHz μ-law. */
export const dtmfTones = (digits: string): Uint8Array => Buffer.concat(Array.from(digits, soundOf));

function soundOf(key: string): Uint8Array {
  if (key === "w") return silence(500);
  if (key === "W") return silence(1_000);
  return Buffer.concat([tone(tonesOf(key), toneMs), silence(gapMs)]);
}
